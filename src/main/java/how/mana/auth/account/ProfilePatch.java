package how.mana.auth.account;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.problem.JsonBody;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code PATCH /profile} asks to change (contract A11). A member that is absent stays as it is, one that nobody knows is
 * ignored, and {@code "image": null} removes the image (RFC 7396).
 *
 * @param fields the new values by the names that {@link User} gives them; the names are ours, never the client's
 */
record ProfilePatch(Map<String, @Nullable Object> fields) {
    private static final int LONGEST_NAME = 80;
    private static final String NAME = "name";
    private static final String IMAGE = "image";
    private static final String SHOWS_NAME = "feedbackShowRealName";

    ProfilePatch {
        fields = Collections.unmodifiableMap(new LinkedHashMap<String, @Nullable Object>(fields));
    }

    /** @throws AccountRefusal.BadRequest saying what was wanted */
    static ProfilePatch parse(byte[] body) {
        var json = JsonBody.object(body);
        if (json.isMissingNode()) {
            throw new AccountRefusal.BadRequest("Wanted: a JSON object");
        }
        Map<String, @Nullable Object> fields = new LinkedHashMap<String, @Nullable Object>();
        if (json.has(NAME)) {
            fields.put(NAME, name(json.path(NAME)));
        }
        if (json.has(IMAGE)) {
            fields.put(IMAGE, image(json.path(IMAGE)));
        }
        if (json.has(SHOWS_NAME)) {
            fields.put(SHOWS_NAME, flag(json.path(SHOWS_NAME)));
        }
        return new ProfilePatch(fields);
    }

    boolean isEmpty() {
        return fields.isEmpty();
    }

    private static String name(JsonNode value) {
        var name = value.isTextual() ? trimmed(value.textValue()) : "";
        if (name.isEmpty() || name.length() > LONGEST_NAME || !isStorable(name)) {
            throw new AccountRefusal.BadRequest("Wanted: name, text of 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }

    private static @Nullable String image(JsonNode value) {
        if (value.isNull()) {
            return null;
        }
        if (!value.isTextual() || !isStorable(value.textValue())) {
            throw new AccountRefusal.BadRequest("Wanted: image, text, or null to remove it");
        }
        return value.textValue();
    }

    private static boolean flag(JsonNode value) {
        if (!value.isBoolean()) {
            throw new AccountRefusal.BadRequest("Wanted: feedbackShowRealName, true or false");
        }
        return value.booleanValue();
    }

    /** Without what today's clients call white space at the ends (ECMA-262, 12.2 and 12.3), which {@code strip} does not. */
    private static String trimmed(String text) {
        var end = text.length();
        while (end > 0 && isSpace(text.charAt(end - 1))) {
            end--;
        }
        var start = 0;
        while (start < end && isSpace(text.charAt(start))) {
            start++;
        }
        return text.substring(start, end);
    }

    private static boolean isSpace(char c) {
        return Character.isSpaceChar(c) || (c >= '\t' && c <= '\r') || c == '\uFEFF';
    }

    /** Postgres stores no NUL, and no surrogate without its other half. */
    private static boolean isStorable(String text) {
        return text.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }
}
