package how.mana.auth.crypto;

import java.security.GeneralSecurityException;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * AES-GCM of NIST SP 800-38D as the JDK has it: a 96-bit nonce (section 5.2.1.1) and a 128-bit tag, appended to the
 * ciphertext. A cipher lives for one call, which makes this safe for any number of threads.
 */
final class AesGcm {
    static final int NONCE_LENGTH = 12;
    static final int TAG_LENGTH = 16;

    private static final int BITS = 8;

    private AesGcm() {}

    static byte[] encrypt(SecretKey key, byte[] nonce, byte[] aad, byte[] plaintext) {
        try {
            return cipher(Cipher.ENCRYPT_MODE, key, nonce, aad).doFinal(plaintext);
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    /** @throws UnwrapFailedException if the tag does not match */
    static byte[] decrypt(SecretKey key, byte[] nonce, byte[] aad, byte[] ciphertext) {
        if (ciphertext.length < TAG_LENGTH) { // the JDK 17 provider throws an unchecked exception of its own here
            throw new UnwrapFailedException();
        }
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, aad).doFinal(ciphertext);
        } catch (AEADBadTagException e) {
            throw new UnwrapFailedException();
        } catch (GeneralSecurityException e) {
            throw unavailable(e);
        }
    }

    private static Cipher cipher(int mode, SecretKey key, byte[] nonce, byte[] aad) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_LENGTH * BITS, nonce));
        cipher.updateAAD(aad);
        return cipher;
    }

    /** Not a wrap that failed but a runtime without AES-GCM: a broken installation, worth its stack trace. */
    private static IllegalStateException unavailable(GeneralSecurityException cause) {
        return new IllegalStateException("This runtime cannot do AES-256-GCM", cause);
    }
}
