package how.mana.auth.crypto;

import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.function.Function;

/**
 * A plaintext 256-bit key: a user's master key, a token signing seed. The one type that holds such a key in the clear.
 *
 * <p>Use it in a try-with-resources block: {@link #close} wipes the bytes, and every use after that throws
 * {@link IllegalStateException}. Lending and closing exclude each other, so no borrower ever sees a half-wiped key.
 * Equality is identity; compare keys with {@link #sameAs}.
 */
public final class KeyMaterial implements AutoCloseable {
    /** Length of a key in bytes. */
    public static final int LENGTH = 32;

    private final byte[] bytes;
    private boolean closed;

    private KeyMaterial(byte[] bytes) {
        this.bytes = bytes;
    }

    /** A fresh key from {@code random}, an approved generator in the sense of NIST SP 800-133r2 section 4. */
    public static KeyMaterial random(SecureRandom random) {
        byte[] fresh = new byte[LENGTH];
        random.nextBytes(fresh);
        return new KeyMaterial(fresh);
    }

    /**
     * Makes {@code key} the live bytes of the result, without a copy: the caller gives the array away, and
     * {@link #close} will zero it.
     *
     * @throws IllegalArgumentException unless there are {@value #LENGTH} bytes; they are wiped all the same
     */
    public static KeyMaterial takeOwnershipOf(byte[] key) {
        if (key.length != LENGTH) {
            Arrays.fill(key, (byte) 0);
            throw new IllegalArgumentException("A key has " + LENGTH + " bytes");
        }
        return new KeyMaterial(key);
    }

    /** A copy that outlives this object. The caller must wipe it; prefer {@link #lend}. */
    public byte[] copy() {
        return lend(byte[]::clone);
    }

    /**
     * Lends the live bytes, not a copy, for the length of one call. The borrower must not change, keep or return the
     * array.
     */
    public synchronized <T> T lend(Function<byte[], T> borrower) {
        if (closed) {
            throw new IllegalStateException("The key was closed");
        }
        return borrower.apply(bytes);
    }

    /** The key as padded standard base64 (RFC 4648 section 4). For the JSON edge only: a string cannot be wiped. */
    public String toBase64() {
        return lend(Base64.getEncoder()::encodeToString);
    }

    /** Whether both hold the same key, found out in constant time. */
    public boolean sameAs(KeyMaterial other) {
        // A copy, because holding both locks at once could deadlock with a comparison the other way round.
        byte[] theirs = other.copy();
        try {
            return lend(ours -> MessageDigest.isEqual(ours, theirs));
        } finally {
            Arrays.fill(theirs, (byte) 0);
        }
    }

    /** Wipes the key. Closing twice is harmless. */
    @Override
    public synchronized void close() {
        closed = true;
        Arrays.fill(bytes, (byte) 0);
    }

    @Override
    public String toString() {
        return "KeyMaterial[hidden]";
    }
}
