package how.mana.auth.caller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EmailAddressTest {
    @ParameterizedTest
    @CsvSource({
        "ann@example.com, ann@example.com",
        "Ann.Lee+x@EXAMPLE.com, ann.lee+x@example.com",
        "o'brien@mail.example.co.uk, o'brien@mail.example.co.uk",
        "root@localhost, root@localhost",
        "JÖRG@MÜLLER.example, jörg@müller.example"
    })
    void anAddressIsOneInLowerCase(String text, String address) {
        assertThat(EmailAddress.of(text)).contains(new EmailAddress(address));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "@",
                "a@",
                "@b",
                "a",
                "a@b@c",
                "a b@c",
                "a@b c",
                " a@b",
                "a@b ",
                "a@b.",
                "a@.b",
                "a@b..c",
                "a,b@c",
                "a@b,c@d",
                "<a@b>",
                "\"a\"@b",
                "a(x)@b",
                "a@b\r\nBcc: c@d",
                "a\0@b",
                "a\t@b",
                "a@[127.0.0.1]",
                "\ud800@b",
                "a@b\u2028"
            })
    void whatIsNoAddressIsNone(String text) {
        assertThat(EmailAddress.of(text)).isEmpty();
    }

    @Test
    void anAddressIsAsLongAsAMailServerTakes() {
        assertThat(EmailAddress.of("a".repeat(64) + "@b")).isPresent();
        assertThat(EmailAddress.of("a".repeat(65) + "@b")).isEmpty();
        assertThat(EmailAddress.of("a@" + "b".repeat(252))).isPresent();
        assertThat(EmailAddress.of("a@" + "b".repeat(253))).isEmpty();
    }

    /** Else somebody could take what stands for another's address before they come. */
    @ParameterizedTest
    @ValueSource(strings = {"a@users.invalid", "a@INVALID", "a@x.Invalid"})
    void aPlaceholderIsNobodysToTake(String text) {
        assertThat(EmailAddress.of(text)).isEmpty();
        assertThat(EmailAddress.of("a@notinvalid")).isPresent();
    }

    @Test
    void aPlaceholderIsTheSameEachTimeAndAnotherForEachUser() {
        var one = EmailAddress.placeholderOf(new UserId("user-1"));

        assertThat(one).isEqualTo(EmailAddress.placeholderOf(new UserId("user-1")));
        assertThat(one).isNotEqualTo(EmailAddress.placeholderOf(new UserId("user-2")));
        assertThat(one.value()).isEqualTo("c6c289e49e9c05b2145860387b73bcb1@users.invalid");
    }

    @Test
    void nothingOfItGetsIntoALog() {
        assertThat(new EmailAddress("ann@example.com")).hasToString("EmailAddress[hidden]");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new EmailAddress("Ann@example.com"))
                .withMessageNotContaining("Ann");
    }

    /** The sign of Kelvin is no ASCII letter, but its lower case is. */
    @Test
    void noOtherLetterBecomesAnAsciiOne() {
        assertThat(EmailAddress.of("\u212aim@example.com")).isEmpty();
        assertThat(EmailAddress.typed("\u212aim@example.com")).isEmpty();
        assertThat(EmailAddress.typed("kim@example.\u212aim")).isEmpty();
        assertThat(EmailAddress.ofAccount("\u212aim@example.com")).isEmpty();
        assertThat(EmailAddress.of("\u0130b@example.com")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "ann@example.com, ann@example.com",
        "Ann.Lee+x@EXAMPLE.com, ann.lee+x@example.com",
        "o'brien@mail.example.co.uk, o'brien@mail.example.co.uk"
    })
    void aTypedAddressIsInLowerCase(String text, String address) {
        assertThat(EmailAddress.typed(text)).contains(new EmailAddress(address));
        assertThat(EmailAddress.ofAccount(text)).contains(new EmailAddress(address));
    }

    @ParameterizedTest
    @ValueSource(strings = {"root@localhost", "j\u00f6rg@example.com", "a!b@example.com", "a..b@example.com"})
    void whatOnlyAnIssuerMaySayCanStillBeSignedInWith(String text) {
        assertThat(EmailAddress.typed(text)).isEmpty();
        assertThat(EmailAddress.ofAccount(text)).contains(new EmailAddress(text));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "a@b c.de", "a@b.de\n", "a\0@b.de", "<a@b.de>", "a@users.invalid"})
    void whatIsNoAddressIsNotTypedEither(String text) {
        assertThat(EmailAddress.typed(text)).isEmpty();
        assertThat(EmailAddress.ofAccount(text)).isEmpty();
    }

    /** The old service took them. */
    @Test
    void aTypedLocalPartMayBeLong() {
        assertThat(EmailAddress.typed("a".repeat(65) + "@example.com")).isPresent();
        assertThat(EmailAddress.typed("a".repeat(250) + "@example.com")).isEmpty();
    }
}
