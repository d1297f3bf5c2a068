package how.mana.auth.outbound;

import java.util.Optional;

/** The key that this service shows the others in {@code X-Service-Key}. */
public final class OutgoingKey {
    private final Optional<String> key;

    /** @param key empty if there is none: the others will answer 401 */
    public OutgoingKey(Optional<String> key) {
        this.key = key;
    }

    Optional<String> value() {
        return key;
    }

    @Override
    public String toString() {
        return "OutgoingKey[hidden]";
    }
}
