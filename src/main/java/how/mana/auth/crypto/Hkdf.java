package how.mana.auth.crypto;

import java.security.GeneralSecurityException;
import java.util.Arrays;
import javax.crypto.Mac;

/** HKDF with SHA-256 (RFC 5869): one secret in, an independent key per {@code info} label out. */
public final class Hkdf {
    private static final String HMAC = "HmacSHA256";
    private static final int HASH_LENGTH = 32;
    private static final int LONGEST_OUTPUT = 255 * HASH_LENGTH;

    private Hkdf() {}

    /**
     * Extract, then expand (RFC 5869 sections 2.2 and 2.3). No argument is changed or kept; the caller wipes the result.
     *
     * @param salt may be empty, which means 32 zero bytes
     * @throws IllegalArgumentException unless {@code length} is 1 to 8160
     */
    public static byte[] sha256(byte[] ikm, byte[] salt, byte[] info, int length) {
        if (length < 1 || length > LONGEST_OUTPUT) {
            throw new IllegalArgumentException("HKDF-SHA-256 derives 1 to " + LONGEST_OUTPUT + " bytes");
        }
        byte[] prk = hmac(salt.length == 0 ? new byte[HASH_LENGTH] : salt).doFinal(ikm);
        try {
            return expand(prk, info, length);
        } finally {
            Arrays.fill(prk, (byte) 0);
        }
    }

    private static byte[] expand(byte[] prk, byte[] info, int length) {
        Mac mac = hmac(prk);
        byte[] output = new byte[length];
        byte[] block = {};
        for (int done = 0, counter = 1; done < length; done += HASH_LENGTH, counter++) {
            mac.update(block);
            mac.update(info);
            mac.update((byte) counter);
            Arrays.fill(block, (byte) 0);
            block = mac.doFinal();
            System.arraycopy(block, 0, output, done, Math.min(HASH_LENGTH, length - done));
        }
        Arrays.fill(block, (byte) 0);
        return output;
    }

    /** HMAC-SHA-256 (RFC 2104), keyed. */
    static Mac hmac(byte[] key) {
        try {
            var mac = Mac.getInstance(HMAC);
            mac.init(new RawKey(HMAC, key));
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This runtime cannot do HMAC-SHA-256", e);
        }
    }
}
