package how.mana.auth.session;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.TextNode;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A JSON object that somebody sent, and what is expected in it. */
public final class AuthBody {
    private final JsonNode json;

    private AuthBody(JsonNode json) {
        this.json = json;
    }

    /** @throws AuthRefusal.Validation if it is no JSON object */
    public static AuthBody parse(byte @Nullable [] body) {
        var json = JsonBody.object(JsonBody.limited(body, BodyCap.OTHER));
        if (json.isMissingNode()) {
            throw new AuthRefusal.Validation("Invalid JSON body");
        }
        return new AuthBody(json);
    }

    /** An empty body is an empty object. */
    public static AuthBody parseIfAny(byte @Nullable [] body) {
        return body == null || body.length == 0 ? new AuthBody(JsonBody.STRICT.createObjectNode()) : parse(body);
    }

    /** A form (URL standard, section 5.1), its first member of each name, as an object of texts; yes and no are words there. */
    public static AuthBody parseForm(byte @Nullable [] body) {
        var json = JsonBody.STRICT.createObjectNode();
        var text = new String(JsonBody.limited(body, BodyCap.OTHER), StandardCharsets.UTF_8);
        for (var member : text.split("&")) {
            var equals = member.indexOf('=');
            if (equals > 0) {
                var name = decoded(member.substring(0, equals));
                var value = decoded(member.substring(equals + 1));
                json.putIfAbsent(
                        name, isFlag(name, value) ? BooleanNode.valueOf("true".equals(value)) : new TextNode(value));
            }
        }
        return new AuthBody(json);
    }

    private static boolean isFlag(String name, String value) {
        return "rememberMe".equals(name) && ("true".equals(value) || "false".equals(value));
    }

    private static String decoded(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException badEscape) {
            throw new AuthRefusal.Validation("Invalid form body");
        }
    }

    /** A text that has to be there. @throws AuthRefusal.Validation if it is not */
    public String text(String member) {
        var value = json.path(member);
        if (!value.isTextual()) {
            throw new AuthRefusal.Validation(
                    "[body." + member + "] Invalid input: expected string, received " + kindOf(value));
        }
        return storable(member, value.textValue());
    }

    /** A text, if it is there. @throws AuthRefusal.Validation if it is something else */
    public Optional<String> optionalText(String member) {
        return isAbsent(json.path(member)) ? Optional.empty() : Optional.of(text(member));
    }

    /** Whether a member is there and says yes. @throws AuthRefusal.Validation if it is neither yes nor no */
    public boolean isTrue(String member) {
        return flag(member, false);
    }

    /** Whether a member says no; absent, it does not. @throws AuthRefusal.Validation if it is neither yes nor no */
    public boolean isFalse(String member) {
        return !flag(member, true);
    }

    /** Whether a member is there at all. */
    public boolean has(String member) {
        return json.has(member);
    }

    private boolean flag(String member, boolean absent) {
        var value = json.path(member);
        if (isAbsent(value)) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw new AuthRefusal.Validation(
                    "[body." + member + "] Invalid input: expected boolean, received " + kindOf(value));
        }
        return value.booleanValue();
    }

    /** Postgres stores no NUL and no half of a character. */
    private static String storable(String member, String text) {
        if (text.indexOf('\0') >= 0 || text.codePoints().anyMatch(c -> Character.getType(c) == Character.SURROGATE)) {
            throw new AuthRefusal.Validation("[body." + member + "] Invalid input");
        }
        return text;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static String kindOf(JsonNode value) {
        return value.isMissingNode() ? "undefined" : value.getNodeType().name().toLowerCase(Locale.ROOT);
    }
}
