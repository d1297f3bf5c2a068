package how.mana.auth.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.interfaces.EdECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;

/**
 * Makes tokens, good and bad ones, with the JDK's Ed25519 alone: an issuer that shares no code with the verifier.
 */
final class Forge {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
    static final String ISSUER = "http://localhost:3001";
    static final String KID = "k1";

    final KeyPair key;

    Forge() {
        this.key = newKeys("Ed25519");
    }

    static KeyPair newKeys(String algorithm) {
        try {
            return KeyPairGenerator.getInstance(algorithm).generateKeyPair();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** The public key as a JWK's {@code x}. */
    String x() {
        var point = ((EdECPublicKey) key.getPublic()).getPoint();
        var bigEndian = point.getY().toByteArray();
        var bytes = new byte[32];
        for (var i = 0; i < Math.min(32, bigEndian.length); i++) {
            bytes[i] = bigEndian[bigEndian.length - 1 - i];
        }
        if (point.isXOdd()) {
            bytes[31] |= (byte) 0x80;
        }
        return Base64Url.encode(bytes);
    }

    VerificationKey publicKey(String kid) {
        return VerificationKey.of(kid, x()).orElseThrow();
    }

    static ObjectNode header() {
        return JsonNodeFactory.instance.objectNode().put("alg", "EdDSA").put("kid", KID);
    }

    static ObjectNode claims() {
        return JsonNodeFactory.instance
                .objectNode()
                .put("iat", NOW.getEpochSecond())
                .put("sub", "user-1")
                .put("email", "alice@example.com")
                .put("role", "user")
                .put("sid", "session-1")
                .put("tier", "public")
                .put("exp", NOW.plus(Duration.ofMinutes(15)).getEpochSecond())
                .put("iss", ISSUER)
                .put("aud", "mana");
    }

    String token() {
        return sign(header(), claims());
    }

    String sign(ObjectNode header, ObjectNode claims) {
        return sign(header.toString(), claims.toString());
    }

    String sign(String header, String claims) {
        var input = part(header) + "." + part(claims);
        return input + "." + Base64Url.encode(signature("Ed25519", key, input));
    }

    static byte[] signature(String algorithm, KeyPair key, String input) {
        try {
            var signature = Signature.getInstance(algorithm);
            signature.initSign(key.getPrivate());
            signature.update(input.getBytes(StandardCharsets.US_ASCII));
            return signature.sign();
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    static String part(String text) {
        return Base64Url.encode(text.getBytes(StandardCharsets.UTF_8));
    }

    /** The token's parts with one of them replaced. */
    static String with(String token, int part, String replacement) {
        var parts = token.split("\\.", -1);
        parts[part] = replacement;
        return String.join(".", Arrays.asList(parts));
    }
}
