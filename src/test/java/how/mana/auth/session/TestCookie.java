package how.mana.auth.session;

import how.mana.auth.ServiceEnvironment;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The session's cookie as the old service makes it (contract A4.5). */
final class TestCookie {
    private TestCookie() {}

    static String of(String token) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(ServiceEnvironment.COOKIE_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            var signature = Base64.getEncoder().encodeToString(mac.doFinal(token.getBytes(StandardCharsets.UTF_8)));
            return URLEncoder.encode(token + "." + signature, StandardCharsets.UTF_8);
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }
}
