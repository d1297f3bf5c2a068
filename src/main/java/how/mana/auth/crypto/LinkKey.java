package how.mana.auth.crypto;

import java.security.MessageDigest;

/** A key that vouches for bytes with HMAC-SHA-256 (RFC 2104). Wiped by {@link #close}. */
public final class LinkKey implements AutoCloseable {
    /** Bytes of what {@link #link} makes. */
    public static final int LENGTH = 32;

    private final KeyMaterial key;

    /** @param key closed with this */
    public LinkKey(KeyMaterial key) {
        this.key = key;
    }

    /** What vouches for {@code message}. */
    public byte[] link(byte[] message) {
        return key.lend(bytes -> Hkdf.hmac(bytes).doFinal(message));
    }

    /** Whether {@code link} vouches for {@code message}, found out in time that tells nothing about the right one. */
    public boolean vouches(byte[] message, byte[] link) {
        return MessageDigest.isEqual(link(message), link);
    }

    @Override
    public void close() {
        key.close();
    }

    @Override
    public String toString() {
        return "LinkKey[hidden]";
    }
}
