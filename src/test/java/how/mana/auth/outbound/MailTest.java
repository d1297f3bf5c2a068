package how.mana.auth.outbound;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What mails say, and that nobody else puts words into them. */
class MailTest {
    private static final String LINK =
            "https://auth.mana.how/api/auth/verify-email?token=eyJ.a_b-c.d&callbackURL=https%3A%2F%2Fmana.how%2F";

    /** As today's tests look for it. */
    private static final Pattern VERIFY = Pattern.compile("https?://[^\\s\"'<>]+/api/auth/verify-email\\?[^\\s\"'<>]+");

    @Test
    void theLinkOfAMailIsFoundUnbrokenWhereverItIsLookedFor() {
        var found = VERIFY.matcher(html(Mail.verifyEmail("a@b.de", "Anna", LINK)));

        assertThat(found.results().map(match -> match.group())).containsExactly(LINK, LINK);
    }

    /** {@code &copy=} is a copyright sign to a reader of HTML. */
    @Test
    void anAmpersandThatCouldBeMistakenIsEscaped() {
        assertThat(html(Mail.resetPassword("a@b.de", "Anna", "https://mana.how/?a=1&copy=2&callbackURL=%2F")))
                .contains("href=\"https://mana.how/?a=1&amp;copy=2&callbackURL=%2F\"");
    }

    @Test
    void aLinkCannotEndItself() {
        assertThat(html(Mail.resetPassword("a@b.de", "Anna", "https://mana.how/?a='b'")))
                .contains("href=\"https://mana.how/?a=%27b%27\"");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "javascript:alert(1)",
                "https://mana.how/\"><script>",
                "https://mana.how/ onclick=",
                "mailto:a@b.de",
                "https://",
                ""
            })
    void aMailLinksToTheWebOnly(String link) {
        assertThatIllegalArgumentException().isThrownBy(() -> Mail.verifyEmail("a@b.de", "Anna", link));
    }

    @Test
    void theContractsSubjects() {
        assertThat(Stream.of(
                                Mail.verifyEmail("a@b.de", "Anna", LINK),
                                Mail.resetPassword("a@b.de", "Anna", LINK),
                                Mail.accountDeleted("a@b.de"))
                        .map(mail -> mail.payload().getString("subject")))
                .containsExactly("E-Mail bestätigen — Mana", "Passwort zurücksetzen — Mana", "Konto gelöscht — Mana");
    }

    @Test
    void theMailToResetAPasswordSaysHowLongItIsGood() {
        assertThat(html(Mail.resetPassword("a@b.de", "Anna", LINK))).contains("Hallo Anna,", "1 Stunde");
    }

    static Stream<Errand> mailsToMallory() {
        var name = "<script>alert(\"1\")</script> & 'Co'";
        return Stream.of(
                Mail.verifyEmail("a@b.de", name, LINK),
                Mail.resetPassword("a@b.de", name, LINK),
                Mail.changeEmail("a@b.de", name, LINK),
                Mail.emailChanged("a@b.de", name, "<script>@<script>"),
                Mail.passwordChanged("a@b.de", name),
                Mail.zeroKnowledgeEnabled("a@b.de", name),
                Mail.zeroKnowledgeDisabled("a@b.de", name),
                Mail.recoveryWrapReplaced("a@b.de", name),
                Mail.vaultRekeyed("a@b.de", name));
    }

    @ParameterizedTest
    @MethodSource("mailsToMallory")
    void aNameIsNoMarkup(Errand mail) {
        assertThat(html(mail))
                .contains("Hallo &lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &#39;Co&#39;,")
                .doesNotContain("<script");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "   ", "Gratis: https://evil.example", "WWW.evil.example"})
    void aNameThatSaysNothingOrAdvertisesIsLeftOut(String name) {
        assertThat(html(Mail.passwordChanged("a@b.de", name))).contains("<p>Hallo,</p>");
    }

    @Test
    void aNameIsShortAndMadeOfWholeCharacters() {
        assertThat(html(Mail.passwordChanged("a@b.de", "\u0000x\uD83D" + "😀".repeat(100))))
                .contains("<p>Hallo x\uFFFD" + "😀".repeat(78) + ",</p>");
    }

    @Test
    void theOldAddressIsToldOnlyTheShapeOfTheNewOne() {
        assertThat(html(Mail.emailChanged("a@b.de", "Anna", "secret.name@mana.how")))
                .contains(" s…@mana.how.")
                .doesNotContain("secret");
    }

    @Test
    void anErrandDoesNotPrintWhatItHolds() {
        assertThat(Mail.verifyEmail("a@b.de", "Anna", LINK)).hasToString("Errand[verify-email, hidden]");
    }

    private static String html(Errand mail) {
        return mail.payload().getString("body");
    }
}
