package how.mana.auth.crypto;

import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.X509EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Cipher;
import javax.crypto.spec.OAEPParameterSpec;
import javax.crypto.spec.PSource;

/**
 * Somebody else's RSA public key, to seal keys to: RSAES-OAEP (RFC 8017 section 7.1) with SHA-256 for the hash and for MGF1,
 * and an empty label. Immutable and safe to share.
 */
public final class OaepPublicKey {
    /** Shorter keys are refused (NIST SP 800-131A: 112 bits of security). */
    public static final int LEAST_BITS = 2048;

    /** Longer ones would only cost: nobody has them, and every wrap pays for their length. */
    private static final int MOST_BITS = 8192;

    /** In bits. Everybody's is 65537; a long one would make every wrap slow. */
    private static final int LONGEST_EXPONENT = 64;

    /** The default of the JDK's transformation is SHA-1 for MGF1, which no client of ours speaks. */
    private static final OAEPParameterSpec OAEP =
            new OAEPParameterSpec("SHA-256", "MGF1", MGF1ParameterSpec.SHA256, PSource.PSpecified.DEFAULT);

    private static final Pattern PEM =
            Pattern.compile("\\s*-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]+)-----END PUBLIC KEY-----\\s*");

    private final RSAPublicKey key;
    private final String fingerprint;

    private OaepPublicKey(RSAPublicKey key) {
        this.key = key;
        this.fingerprint = HexFormat.of().formatHex(sha256(key.getEncoded()));
    }

    /**
     * Reads a SubjectPublicKeyInfo in PEM (RFC 7468 section 13). Line ends may be written as backslash and n, as they are
     * in environment files.
     *
     * @throws IllegalArgumentException if it is none, is no RSA key, or is shorter than {@value #LEAST_BITS} bits
     */
    public static OaepPublicKey fromPem(String pem) {
        var matcher = PEM.matcher(pem.replace("\\r", "").replace("\\n", "\n"));
        if (!matcher.matches()) {
            throw new IllegalArgumentException("it is no PEM block of a PUBLIC KEY");
        }
        return checked(parse(matcher.group(1)));
    }

    private static RSAPublicKey parse(String base64) {
        try {
            var der = Base64.getMimeDecoder().decode(base64);
            return (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(new X509EncodedKeySpec(der));
        } catch (GeneralSecurityException | IllegalArgumentException e) {
            throw new IllegalArgumentException("it does not hold an RSA public key", e);
        }
    }

    private static OaepPublicKey checked(RSAPublicKey key) {
        var bits = key.getModulus().bitLength();
        if (bits < LEAST_BITS || bits > MOST_BITS) {
            throw new IllegalArgumentException("it has " + bits + " bits, where " + LEAST_BITS + " to " + MOST_BITS
                    + " are wanted, better 3072 or more");
        }
        var exponent = key.getPublicExponent();
        if (!exponent.testBit(0) || exponent.bitLength() < 2 || exponent.bitLength() > LONGEST_EXPONENT) {
            throw new IllegalArgumentException("its public exponent is even, 1 or larger than any in use");
        }
        return new OaepPublicKey(key);
    }

    /**
     * Seals {@code secret} to the holder of the private key.
     *
     * @return as many bytes as the modulus has
     */
    public byte[] wrap(KeyMaterial secret) {
        return secret.lend(this::encrypt);
    }

    private byte[] encrypt(byte[] secret) {
        try {
            var cipher = Cipher.getInstance("RSA/ECB/OAEPPadding");
            cipher.init(Cipher.ENCRYPT_MODE, key, OAEP);
            return cipher.doFinal(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This runtime cannot do RSA-OAEP with SHA-256", e);
        }
    }

    /** Length of the modulus. */
    public int bits() {
        return key.getModulus().bitLength();
    }

    /** SHA-256 of the SubjectPublicKeyInfo in DER, in lower case hex. */
    public String fingerprint() {
        return fingerprint;
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "OaepPublicKey[" + fingerprint + "]";
    }
}
