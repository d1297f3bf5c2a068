package how.mana.auth.problem;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Reads the bodies of routes that say themselves what a malformed one means: on some it is an attempt on a key or a password and
 * has to be recorded, on others the answer has its own shape. The framework would refuse it before any of them sees it.
 */
public final class JsonBody {
    /** One reading only: of two members with one name, another reader might see the other. */
    public static final JsonMapper STRICT = JsonMapper.builder()
            .enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private static final ObjectReader TREE = STRICT.reader();

    private JsonBody() {}

    /**
     * The body; of a request without one, no bytes.
     *
     * @throws HttpRefusal.PayloadTooLarge if it is longer than {@code cap}
     */
    public static byte[] limited(byte @Nullable [] body, BodyCap cap) {
        if (body == null) {
            return new byte[0];
        }
        if (body.length > cap.bytes()) {
            throw new HttpRefusal.PayloadTooLarge();
        }
        return body;
    }

    /** The JSON object in {@code body}, or a missing node if it holds anything else. */
    public static JsonNode object(byte[] body) {
        try {
            var json = TREE.readTree(body);
            return json.isObject() ? json : MissingNode.getInstance();
        } catch (IOException notJson) {
            return MissingNode.getInstance();
        }
    }

    /** The text of a member, empty if it is absent or no string. */
    public static String text(JsonNode object, String member) {
        var value = object.path(member).textValue();
        return value == null ? "" : value;
    }
}
