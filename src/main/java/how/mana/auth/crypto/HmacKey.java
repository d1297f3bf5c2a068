package how.mana.auth.crypto;

import java.security.MessageDigest;

/** A secret of any length that signs text with HMAC-SHA-256 (RFC 2104). It is never told again. */
public final class HmacKey {
    /** Bytes of a signature. */
    public static final int SIGNATURE_LENGTH = 32;

    private final byte[] secret;

    private HmacKey(byte[] secret) {
        this.secret = secret;
    }

    /** The key whose bytes are the UTF-8 form of {@code secret}. */
    public static HmacKey of(String secret) {
        return new HmacKey(Utf8.strict(secret));
    }

    /** @throws IllegalArgumentException if {@code text} has no UTF-8 form: another text would share its signature */
    public byte[] sign(String text) {
        return Hkdf.hmac(secret).doFinal(Utf8.strict(text));
    }

    /** Whether {@code signature} is that of {@code text}, found out in time that tells nothing about the right one. */
    public boolean signed(String text, byte[] signature) {
        try {
            return MessageDigest.isEqual(sign(text), signature);
        } catch (IllegalArgumentException neverSigned) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "HmacKey[hidden]";
    }
}
