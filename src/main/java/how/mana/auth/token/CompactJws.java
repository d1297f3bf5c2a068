package how.mana.auth.token;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/**
 * A JWS in compact form (RFC 7515 section 7.1) that is worth looking for a key for: well formed, of our one algorithm, and
 * naming a key. Nothing in it is proved yet.
 *
 * @param kid the key it claims to be signed with
 * @param payload the claims, unproved
 * @param signingInput the bytes that are signed (RFC 7515 section 5.2)
 * @param signature the claimed signature over them
 */
record CompactJws(String kid, JsonNode payload, byte[] signingInput, byte[] signature) {
    /** The only one. Never compared with anything the key says: a key here cannot be of another kind. */
    static final String ALGORITHM = "EdDSA";

    /** Longer tokens are not looked at. Ours have some 500 characters. */
    static final int MAX_LENGTH = 8 * 1024;

    /** Empty for anything else, whatever the reason. */
    static Optional<CompactJws> parse(String compact) {
        var endOfHeader = compact.indexOf('.');
        var endOfInput = compact.lastIndexOf('.');
        if (endOfHeader < 0 || compact.indexOf('.', endOfHeader + 1) != endOfInput) {
            return Optional.empty(); // not exactly three parts
        }
        var kid = json(compact.substring(0, endOfHeader)).flatMap(CompactJws::acceptedKid);
        var signature = Base64Url.decode(compact.substring(endOfInput + 1))
                .filter(bytes -> bytes.length == Ed25519.SIGNATURE_SIZE);
        if (kid.isEmpty() || signature.isEmpty()) {
            return Optional.empty();
        }
        var signingInput = compact.substring(0, endOfInput).getBytes(StandardCharsets.US_ASCII);
        return json(compact.substring(endOfHeader + 1, endOfInput))
                .map(payload -> new CompactJws(kid.get(), payload, signingInput, signature.get()));
    }

    /**
     * The key id, if the header is one we accept. We understand no extension, so {@code crit} refuses (RFC 7515 section
     * 4.1.11); {@code jwk}, {@code jku} and {@code x5*} are not even read.
     */
    private static Optional<String> acceptedKid(JsonNode header) {
        var accepted = header.path("alg").isTextual()
                && ALGORITHM.equals(header.path("alg").textValue())
                && !header.has("crit");
        return Optional.of(header.path("kid"))
                .filter(kid -> accepted && kid.isTextual() && !kid.textValue().isEmpty())
                .map(JsonNode::textValue);
    }

    private static Optional<JsonNode> json(String base64Url) {
        return Base64Url.decode(base64Url).flatMap(StrictJson::object);
    }
}
