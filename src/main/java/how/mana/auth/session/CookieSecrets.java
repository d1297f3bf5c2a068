package how.mana.auth.session;

import how.mana.auth.crypto.CanonicalBase64;
import how.mana.auth.crypto.HmacKey;
import java.util.Base64;
import java.util.List;

/**
 * What signs the values of cookies: the secret of today, and those before it whose cookies are still about.
 *
 * <p>A signature does not say which cookie it is of. What was signed for one verifies in another, so what a value allows has
 * to be looked up by the value.
 */
public final class CookieSecrets {
    private final HmacKey current;
    private final List<HmacKey> all;

    private CookieSecrets(HmacKey current, List<HmacKey> all) {
        this.current = current;
        this.all = all;
    }

    /**
     * @param newestFirst the first signs, all verify
     * @throws IllegalArgumentException if there is none
     */
    public static CookieSecrets of(List<String> newestFirst) {
        var keys = newestFirst.stream().map(HmacKey::of).toList();
        return new CookieSecrets(
                keys.stream().findFirst().orElseThrow(() -> new IllegalArgumentException("No secret to sign with")),
                keys);
    }

    /** The signature of {@code value}: padded standard base64 of its HMAC-SHA-256. */
    public String sign(String value) {
        return Base64.getEncoder().encodeToString(current.sign(value));
    }

    /** Whether one of the secrets signed {@code value} so, in the one spelling that a signature has. */
    public boolean verifies(String value, String signature) {
        return CanonicalBase64.decode(signature, HmacKey.SIGNATURE_LENGTH)
                .filter(shown -> isSigned(value, shown))
                .isPresent();
    }

    /** Tries them all, also past the one that fits: the time it takes does not tell which one that was. */
    private boolean isSigned(String value, byte[] signature) {
        var signed = false;
        for (var key : all) {
            signed |= key.signed(value, signature);
        }
        return signed;
    }

    @Override
    public String toString() {
        return "CookieSecrets[hidden]";
    }
}
