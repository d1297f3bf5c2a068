package how.mana.auth.grant.worker;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.NoSuchPaddingException;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/** The worker's RSA private key, which the service wraps mission keys for. */
final class WorkerKey {
    /** Spelled out: left to itself the JDK would take SHA-1 for MGF1, and open nothing of what the service wraps. */
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private static final Pattern PKCS8 =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END PRIVATE KEY-----");

    private final PrivateKey key;

    private WorkerKey(PrivateKey key) {
        this.key = key;
    }

    /** Reads PKCS#8 PEM. Line ends may be spelled {@code \n}, as in environment variables. Empty if it is no RSA key. */
    static Optional<WorkerKey> parse(String pem) {
        var match = PKCS8.matcher(pem.replace("\\n", "\n").strip());
        if (!match.matches()) {
            return Optional.empty();
        }
        try {
            return fromDer(Base64.getDecoder().decode(match.group(1).replaceAll("\\s", "")));
        } catch (IllegalArgumentException e) { // not base64
            return Optional.empty();
        }
    }

    private static Optional<WorkerKey> fromDer(byte[] der) {
        try {
            return Optional.of(
                    new WorkerKey(KeyFactory.getInstance("RSA").generatePrivate(new PKCS8EncodedKeySpec(der))));
        } catch (InvalidKeySpecException e) {
            return Optional.empty();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do RSA", e);
        } finally {
            Arrays.fill(der, (byte) 0);
        }
    }

    /** The key that was wrapped, for the caller to own or wipe; empty if the wrap does not open. */
    Optional<byte[]> unwrap(byte[] wrapped) {
        try {
            var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.DECRYPT_MODE, key, OAEP);
            return Optional.of(cipher.doFinal(wrapped));
        } catch (NoSuchAlgorithmException | NoSuchPaddingException e) {
            throw new IllegalStateException("This runtime cannot do RSA-OAEP", e);
        } catch (GeneralSecurityException e) {
            return Optional.empty();
        }
    }
}
