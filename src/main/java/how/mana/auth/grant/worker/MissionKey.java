package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.SecretKey;
import javax.crypto.spec.GCMParameterSpec;

/**
 * A mission's data key, AES-256. The one type of this package that holds key bytes.
 *
 * <p>Use it in a try-with-resources block: {@link #close} wipes the bytes, and every use after that throws
 * {@link IllegalStateException}. Equality is identity.
 */
public final class MissionKey implements AutoCloseable {
    /** Length of a key in bytes. */
    public static final int LENGTH = 32;

    private static final int TAG_LENGTH = 16;
    private static final int TAG_BITS = 8 * TAG_LENGTH;

    private final RawKey key;

    private MissionKey(RawKey key) {
        this.key = key;
    }

    /**
     * Makes {@code key} the live bytes of the result, without a copy: the caller gives the array away, and
     * {@link #close} will zero it.
     *
     * @throws IllegalArgumentException unless there are {@value #LENGTH} bytes; they are wiped all the same
     */
    public static MissionKey takeOwnershipOf(byte[] key) {
        if (key.length != LENGTH) {
            Arrays.fill(key, (byte) 0);
            throw new IllegalArgumentException("A mission key has " + LENGTH + " bytes");
        }
        return new MissionKey(new RawKey(key));
    }

    /**
     * Seals a field value under this key, as a client has to before a worker can read it; null stays null.
     *
     * <p>A mission key is derived from the master key one way. So it does not open what the master key sealed, and a
     * record becomes readable to a mission only when the client, which has both keys, seals a copy of it with this method
     * or its like. The web client of today does not: it seals records with the master key itself, and a worker finds
     * {@code ciphertext-tampered-or-wrong-key} in all of them. The wire is not to blame and stays as it is; the copy is
     * what is missing.
     *
     * @throws IllegalArgumentException if the value is no Unicode text, such as half a surrogate pair
     */
    public JsonNode seal(JsonNode value, SecureRandom random) {
        if (value.isNull()) {
            return value;
        }
        byte[] plaintext = StrictJson.write(value);
        try {
            byte[] nonce = new byte[SealedValue.NONCE_LENGTH];
            random.nextBytes(nonce);
            byte[] ciphertext = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plaintext);
            return TextNode.valueOf(new SealedValue(nonce, ciphertext).format());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This runtime cannot do AES-256-GCM", e);
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }

    /**
     * Returns the plaintext, for the caller to wipe.
     *
     * @throws AEADBadTagException if the tag does not match
     */
    byte[] decrypt(SealedValue sealed) throws GeneralSecurityException {
        if (sealed.ciphertext().length < TAG_LENGTH) { // the JDK 17 provider throws an unchecked exception here
            throw new AEADBadTagException("Shorter than a tag");
        }
        return cipher(Cipher.DECRYPT_MODE, sealed.nonce()).doFinal(sealed.ciphertext());
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG_BITS, nonce));
        return cipher;
    }

    /** Wipes the key. Closing twice is harmless. */
    @Override
    public void close() {
        key.destroy();
    }

    @Override
    public String toString() {
        return "MissionKey[hidden]";
    }

    /** A key with a {@link #destroy} that works: that of {@code SecretKeySpec} throws, and leaves a copy behind. */
    private static final class RawKey implements SecretKey {
        private static final long serialVersionUID = 1L;

        private final transient byte[] bytes; // transient: should anyone serialize this, the key stays here
        private transient boolean destroyed;

        RawKey(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public String getAlgorithm() {
            return "AES";
        }

        @Override
        public String getFormat() {
            return "RAW";
        }

        /** A copy, as the interface demands; the JDK's ciphers wipe theirs. */
        @Override
        public synchronized byte[] getEncoded() {
            if (destroyed) {
                throw new IllegalStateException("The mission key was closed");
            }
            return bytes.clone();
        }

        @Override
        public synchronized void destroy() {
            destroyed = true;
            Arrays.fill(bytes, (byte) 0);
        }

        @Override
        public synchronized boolean isDestroyed() {
            return destroyed;
        }

        @Override
        public String toString() {
            return "RawKey[hidden]";
        }
    }
}
