package how.mana.auth.crypto;

import java.util.Arrays;
import javax.crypto.SecretKey;

/**
 * Key bytes as the JDK's ciphers and MACs want them, with a {@link #destroy} that works: that of
 * {@code SecretKeySpec} throws, and leaves a copy of the key behind.
 */
final class RawKey implements SecretKey {
    private static final long serialVersionUID = 1L;

    private final String algorithm;
    private final transient byte[] bytes; // transient: should anyone serialize this, the key stays here
    private transient boolean destroyed;

    /** Shares {@code bytes} with the caller, so that wiping the array wipes the key. */
    RawKey(String algorithm, byte[] bytes) {
        this.algorithm = algorithm;
        this.bytes = bytes;
    }

    @Override
    public String getAlgorithm() {
        return algorithm;
    }

    @Override
    public String getFormat() {
        return "RAW";
    }

    /** A copy, as the interface demands; the JDK's ciphers wipe theirs. Never a half-wiped key: see the lock. */
    @Override
    public synchronized byte[] getEncoded() {
        if (destroyed) {
            throw new IllegalStateException("The key was closed");
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
