package how.mana.auth.token;

import java.util.Base64;
import java.util.Optional;

/**
 * Unpadded base64url with one spelling per value (RFC 7515 section 2, RFC 4648 section 3.5). The JDK's decoder alone takes
 * padding and stray bits, so that one signature would have many spellings.
 */
final class Base64Url {
    private Base64Url() {}

    static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static Optional<byte[]> decode(String text) {
        try {
            var bytes = Base64.getUrlDecoder().decode(text);
            return encode(bytes).equals(text) ? Optional.of(bytes) : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
