package how.mana.auth.caller;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** Which network an address is of, in the one way it is written. */
final class NetworkKey {
    private static final int GROUPS = 8;
    private static final int GROUPS_BEFORE_IPV4 = 6;
    private static final int HEX = 16;
    private static final Pattern GROUP = Pattern.compile("[0-9a-f]{1,4}");
    private static final Pattern IPV4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");

    /** What an IPv6 address begins with that only stands for an IPv4 one (RFC 4291 section 2.5.5.2, RFC 6052 section 2.1). */
    private static final List<List<Integer>> STANDS_FOR_IPV4 =
            List.of(List.of(0, 0, 0, 0, 0, 0xffff), List.of(0x64, 0xff9b, 0, 0, 0, 0));

    private NetworkKey() {}

    /** See {@link Client#network()}. What is no IPv6 address is returned as it is. */
    static String of(String address) {
        return groups(address).map(NetworkKey::of).orElse(address);
    }

    private static String of(List<Integer> groups) {
        if (STANDS_FOR_IPV4.contains(groups.subList(0, GROUPS_BEFORE_IPV4))) {
            int high = groups.get(GROUPS_BEFORE_IPV4);
            int low = groups.get(GROUPS_BEFORE_IPV4 + 1);
            return "%d.%d.%d.%d".formatted(high >> 8, high & 0xff, low >> 8, low & 0xff);
        }
        return "%x:%x:%x:%x::/64".formatted(groups.get(0), groups.get(1), groups.get(2), groups.get(3));
    }

    /** The eight numbers of an IPv6 address (RFC 4291 section 2.2); its zone names a cable and not a network. */
    private static Optional<List<Integer>> groups(String address) {
        var zone = address.indexOf('%');
        var text = (zone < 0 ? address : address.substring(0, zone)).toLowerCase(Locale.ROOT);
        var gap = text.indexOf("::");
        if (text.indexOf(':') < 0) {
            return Optional.empty();
        }
        if (gap < 0) {
            return part(text).filter(all -> all.size() == GROUPS);
        }
        return part(text.substring(0, gap))
                .flatMap(before -> part(text.substring(gap + 2)).flatMap(after -> filled(before, after)));
    }

    private static Optional<List<Integer>> filled(List<Integer> before, List<Integer> after) {
        var all = new ArrayList<>(before);
        while (all.size() < GROUPS - after.size()) {
            all.add(0);
        }
        all.addAll(after);
        return before.size() + after.size() < GROUPS ? Optional.of(all) : Optional.empty();
    }

    /** Empty if it is malformed. */
    private static Optional<List<Integer>> part(String text) {
        var groups = new ArrayList<Integer>();
        if (text.isEmpty()) {
            return Optional.of(groups);
        }
        for (var group : withoutDots(text).split(":", -1)) {
            if (!GROUP.matcher(group).matches()) {
                return Optional.empty();
            }
            groups.add(Integer.valueOf(group, HEX));
        }
        return Optional.of(groups);
    }

    /** The last 32 bits may be written as an IPv4 address. */
    private static String withoutDots(String text) {
        var start = text.lastIndexOf(':') + 1;
        var last = text.substring(start);
        if (!IPV4.matcher(last).matches()) {
            return text;
        }
        var b = last.split("\\.");
        return text.substring(0, start)
                + "%02x%02x:%02x%02x"
                        .formatted(
                                Integer.valueOf(b[0]),
                                Integer.valueOf(b[1]),
                                Integer.valueOf(b[2]),
                                Integer.valueOf(b[3]));
    }
}
