package how.mana.auth;

import how.mana.auth.crypto.Vectors;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** The AI worker's key pair, that of the first vector, and the other services' key. */
public final class TestWorker {
    public static final String SERVICE_KEY = "a service key of a good length";

    private TestWorker() {}

    private static Vectors.Vector vector() {
        return Vectors.of("interop.json", "missionGrant").findFirst().orElseThrow();
    }

    public static String publicPem() {
        return pem("PUBLIC KEY", vector().text("rsaPublicKeySpki"));
    }

    public static String privatePem() {
        return pem("PRIVATE KEY", vector().text("rsaPrivateKeyPkcs8"));
    }

    /** As a tool would write it. */
    public static String pem(String label, String base64) {
        return "-----BEGIN " + label + "-----\n" + base64.replaceAll("(.{64})", "$1\n") + "\n-----END " + label
                + "-----\n";
    }

    /** What is sealed in {@code wrappedKey}, in base64. */
    public static String open(String wrappedKey) {
        return open(vector().base64("rsaPrivateKeyPkcs8"), wrappedKey);
    }

    /** @param privateKey in PKCS#8 */
    public static String open(byte[] privateKey, String wrappedKey) {
        try {
            var key = KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(privateKey));
            var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(
                    Cipher.DECRYPT_MODE,
                    key,
                    new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT));
            return Base64.getEncoder()
                    .encodeToString(cipher.doFinal(Base64.getDecoder().decode(wrappedKey)));
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }
}
