package how.mana.auth.audit;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * After which row a page begins. On the wire it is opaque: clients pass on what they were given.
 *
 * @param micros when the row was written, in microseconds since 1970
 * @param id of the row
 */
record PageCursor(long micros, String id) {
    private static final Pattern FORM = Pattern.compile("(-?[0-9]{1,16}):([^\\p{Cntrl}]{1,255})");

    /** Before every row there is. */
    static final PageCursor NEWEST = new PageCursor(9_000_000_000_000_000L, "");

    /** Empty if {@code text} is not one of ours. */
    static Optional<PageCursor> parse(String text) {
        try {
            var plain = new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8);
            return Optional.of(FORM.matcher(plain))
                    .filter(found -> found.matches())
                    .map(found -> new PageCursor(Long.parseLong(found.group(1)), found.group(2)));
        } catch (IllegalArgumentException notBase64) {
            return Optional.empty();
        }
    }

    @Override
    public String toString() {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString((micros + ":" + id).getBytes(StandardCharsets.UTF_8));
    }
}
