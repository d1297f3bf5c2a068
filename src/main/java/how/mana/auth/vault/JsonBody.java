package how.mana.auth.vault;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import how.mana.auth.problem.HttpRefusal;
import java.io.IOException;

/**
 * Reads the vault's small bodies. Here and not by the framework, because a malformed body is an attempt on a vault: it must
 * reach the service and leave a row in the trail.
 */
final class JsonBody {
    /** More than any of the vault's bodies needs. */
    static final int MAX_BYTES = 16 * 1024;

    /** One reading only: of two members with one name, another reader might see the other. */
    static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final ObjectReader TREE = STRICT.reader();

    private JsonBody() {}

    /** The body, which is never longer than {@link #MAX_BYTES} and never null. */
    static byte[] limited(byte @org.jspecify.annotations.Nullable [] body) {
        if (body == null) {
            return new byte[0];
        }
        if (body.length > MAX_BYTES) {
            throw new HttpRefusal.PayloadTooLarge();
        }
        return body;
    }

    /** The JSON object in {@code body}, or a missing node if it holds anything else. */
    static JsonNode object(byte[] body) {
        try {
            var json = TREE.readTree(body);
            return json.isObject() ? json : MissingNode.getInstance();
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The text of a member, empty if it is absent or no string. */
    static String text(JsonNode object, String member) {
        var value = object.path(member).textValue();
        return value == null ? "" : value;
    }
}
