package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;

/** UTF-8 without loss, for text that keys are bound to. */
final class Utf8 {
    private Utf8() {}

    /**
     * The bytes of {@code text}. {@link String#getBytes} writes "?" for an unpaired surrogate, so two names could share
     * their bytes; here such a name is refused.
     */
    static byte[] strict(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        if (!new String(bytes, UTF_8).equals(text)) {
            throw new IllegalArgumentException("Text with an unpaired surrogate has no UTF-8 form");
        }
        return bytes;
    }
}
