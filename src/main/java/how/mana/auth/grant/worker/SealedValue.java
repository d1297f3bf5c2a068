package how.mana.auth.grant.worker;

import java.util.Base64;
import java.util.Optional;

/** A field value as the clients store it: {@code enc:1:<nonce>.<ciphertext and tag>}, both in base64. */
final class SealedValue {
    static final int NONCE_LENGTH = 12;

    private static final String PREFIX = "enc:1:";

    private final byte[] nonce;
    private final byte[] ciphertext;

    SealedValue(byte[] nonce, byte[] ciphertext) {
        this.nonce = nonce;
        this.ciphertext = ciphertext;
    }

    /** Whether {@code text} claims to be sealed. Anything else is plain text and passes through. */
    static boolean isClaimedBy(String text) {
        return text.startsWith(PREFIX);
    }

    /** The parts of a text that claims to be sealed, or empty if the claim is wrong. */
    static Optional<SealedValue> parse(String text) {
        int dot = text.indexOf('.');
        if (dot < 0) {
            return Optional.empty();
        }
        try {
            byte[] nonce = Base64.getDecoder().decode(text.substring(PREFIX.length(), dot));
            byte[] ciphertext = Base64.getDecoder().decode(text.substring(dot + 1));
            return nonce.length == NONCE_LENGTH ? Optional.of(new SealedValue(nonce, ciphertext)) : Optional.empty();
        } catch (IllegalArgumentException e) { // not base64
            return Optional.empty();
        }
    }

    String format() {
        var base64 = Base64.getEncoder();
        return PREFIX + base64.encodeToString(nonce) + "." + base64.encodeToString(ciphertext);
    }

    byte[] nonce() {
        return nonce;
    }

    byte[] ciphertext() {
        return ciphertext;
    }
}
