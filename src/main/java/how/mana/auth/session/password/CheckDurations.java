package how.mana.auth.session.password;

import how.mana.auth.crypto.PasswordHashKind;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;

/** How long computations of each kind took lately, here. Safe for any number of threads. */
final class CheckDurations {
    private final Map<PasswordHashKind, Window> windows = new EnumMap<>(PasswordHashKind.class);

    synchronized void add(PasswordHashKind kind, long nanos) {
        window(kind).add(nanos);
    }

    /** What the slowest check takes: to verify against the slowest kind of hash, and then to make a new one. */
    synchronized Duration slowest() {
        var verify =
                windows.values().stream().mapToLong(Window::percentile).max().orElse(0);
        return Duration.ofNanos(verify + window(PasswordHashKind.CURRENT).percentile());
    }

    private Window window(PasswordHashKind kind) {
        return windows.computeIfAbsent(kind, unused -> new Window());
    }
}
