package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** One of the grants or field values of {@code vectors/interop.json}, and the service's side of a grant. */
record GrantVector(JsonNode node) {
    static final Instant ISSUED = Instant.parse("2026-04-28T10:00:00.000Z");
    static final Instant EXPIRES = Instant.parse("2026-05-05T10:00:00.000Z");

    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    static List<GrantVector> grants() {
        return of("missionGrant");
    }

    static List<GrantVector> fieldValues() {
        return of("fieldValue");
    }

    private static List<GrantVector> of(String kind) {
        try (var in = Objects.requireNonNull(GrantVector.class.getResourceAsStream("/vectors/interop.json"))) {
            var nodes = new ObjectMapper().readTree(in).required(kind);
            return StreamSupport.stream(nodes.spliterator(), false)
                    .map(GrantVector::new)
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String field) {
        return node.required(field).textValue();
    }

    byte[] bytes(String field) {
        return Base64.getDecoder().decode(text(field));
    }

    MissionKey key(String field) {
        return MissionKey.takeOwnershipOf(bytes(field));
    }

    Optional<String> pem() {
        return Optional.of("-----BEGIN PRIVATE KEY-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes("rsaPrivateKeyPkcs8"))
                + "\n-----END PRIVATE KEY-----\n");
    }

    /** The answer of the service, for a test to change. */
    ObjectNode answer() {
        var answer = new ObjectMapper().createObjectNode();
        answer.set("wrappedKey", node.required("wrappedKey"));
        answer.set("derivation", node.required("derivation").deepCopy());
        return answer.put("issuedAt", ISSUED.toString()).put("expiresAt", EXPIRES.toString());
    }

    /** Wraps as the service does. */
    String wrap(byte[] key) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
        var publicKey = KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(bytes("rsaPublicKeySpki")));
        cipher.init(Cipher.ENCRYPT_MODE, publicKey, OAEP);
        return Base64.getEncoder().encodeToString(cipher.doFinal(key));
    }
}
