package how.mana.auth;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Base64;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.bouncycastle.crypto.signers.Ed25519Signer;

/** Somebody else who signs tokens, as an identity provider beside the service would. */
public final class TestIssuer {
    public static final String ISSUER = "https://issuer.test";

    private static final String KEY = "test.issuer-seed";
    private static final String KID = "test-key-1";
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    private final Ed25519PrivateKeyParameters privateKey;

    private TestIssuer(byte[] seed) {
        this.privateKey = new Ed25519PrivateKeyParameters(seed);
    }

    public static TestIssuer fresh() {
        var seed = new byte[32];
        new SecureRandom().nextBytes(seed);
        return new TestIssuer(seed);
    }

    void publish() {
        System.setProperty(KEY, Base64.getEncoder().encodeToString(privateKey.getEncoded()));
    }

    public static TestIssuer instance() {
        return new TestIssuer(Base64.getDecoder().decode(System.getProperty(KEY)));
    }

    String jwks() {
        return """
                {"keys":[{"kty":"OKP","crv":"Ed25519","alg":"EdDSA","kid":"%s","x":"%s"}]}""".formatted(
                KID, BASE64URL.encodeToString(privateKey.generatePublicKey().getEncoded()));
    }

    /** A token for {@code subject} that is good for an hour. */
    public String tokenFor(String subject) {
        return tokenFor(subject, Instant.now().plusSeconds(3600));
    }

    public String tokenFor(String subject, Instant expiresAt) {
        return sign(
                """
                {"sub":"%s","email":"%s@test","role":"user","iss":"%s","aud":"mana","iat":%d,"exp":%d}""".formatted(subject, subject, ISSUER, Instant.now().getEpochSecond(), expiresAt.getEpochSecond()));
    }

    /** A token of that moment, good for an hour, that says nothing of its user but the id and {@code more}: ,"name":value. */
    public String tokenFor(String subject, Instant issuedAt, String more) {
        var now = issuedAt.getEpochSecond();
        return sign("""
                {"sub":"%s","iss":"%s","aud":"mana","iat":%d,"exp":%d%s}""".formatted(subject, ISSUER, now, now + 3600, more));
    }

    /** The same without a time of issue. */
    public String undatedTokenFor(String subject) {
        return sign("""
                {"sub":"%s","iss":"%s","aud":"mana","exp":%d}""".formatted(subject, ISSUER, Instant.now().getEpochSecond() + 3600));
    }

    private String sign(String claims) {
        var input = encoded("{\"alg\":\"EdDSA\",\"kid\":\"%s\"}".formatted(KID)) + "." + encoded(claims);
        var signer = new Ed25519Signer();
        signer.init(true, privateKey);
        var bytes = input.getBytes(StandardCharsets.US_ASCII);
        signer.update(bytes, 0, bytes.length);
        return input + "." + BASE64URL.encodeToString(signer.generateSignature());
    }

    private static String encoded(String json) {
        return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
