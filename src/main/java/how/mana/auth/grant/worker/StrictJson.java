package how.mana.auth.grant.worker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** JSON text that is one JSON value and nothing else. */
final class StrictJson {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();
    private static final ObjectReader UNAMBIGUOUS = MAPPER.reader(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY);

    private StrictJson() {}

    /** The value, or empty if {@code text} is no JSON or more than one value. The last of equal names wins. */
    static Optional<JsonNode> parse(String text) {
        return parse(text, MAPPER.reader());
    }

    /** As {@link #parse}, for a message: one that names a member twice could be read in two ways and is refused. */
    static Optional<JsonNode> parseMessage(String text) {
        return parse(text, UNAMBIGUOUS);
    }

    private static Optional<JsonNode> parse(String text, ObjectReader reader) {
        try {
            var node = reader.readTree(text);
            return node.isMissingNode() ? Optional.empty() : Optional.of(node);
        } catch (JsonProcessingException e) {
            return Optional.empty(); // the exception may quote the text, which may be a plaintext
        }
    }

    /** A member that must be a string. */
    static Optional<String> text(JsonNode object, String member) {
        return Optional.ofNullable(object.get(member))
                .filter(JsonNode::isTextual)
                .map(JsonNode::textValue);
    }

    /**
     * As UTF-8, for the caller to wipe.
     *
     * @throws IllegalArgumentException if a text in it is no Unicode text
     */
    static byte[] write(JsonNode value) {
        try {
            var text = MAPPER.writeValueAsString(value);
            if (StandardCharsets.UTF_8.newEncoder().canEncode(text)) { // half a surrogate pair would become '?'
                return text.getBytes(StandardCharsets.UTF_8);
            }
            throw new IllegalArgumentException("The value is no Unicode text");
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("The value cannot be written as UTF-8 JSON");
        }
    }
}
