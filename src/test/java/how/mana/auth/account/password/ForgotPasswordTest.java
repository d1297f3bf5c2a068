package how.mana.auth.account.password;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.json;
import static how.mana.auth.Accounts.post;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.account.Mailbox;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Asking for a link that resets a password (contract A4, D-30, D-33). */
@QuarkusTest
@TestProfile(OwnTokens.class)
class ForgotPasswordTest {
    private static final String SAID = "{\"success\":true}";

    @Test
    void theLinkGoesToTheAddressAndOnToWhereItWasAskedFor() {
        var account = Accounts.create();

        post(AUTH + "/forgot-password", Map.of("email", account.email(), "redirectTo", "https://mana.how/reset?a=1"))
                .then()
                .statusCode(200)
                .body(equalTo(SAID));

        assertThat(new Mailbox(account.email()).link())
                .matches("http://localhost:3001/api/auth/reset-password/[A-Za-z0-9]{24}"
                        + "\\?callbackURL=https%3A%2F%2Fmana\\.how%2Freset%3Fa%3D1");
    }

    @Test
    void anotherSpellingIsTheSameAddress() {
        var account = Accounts.create();

        Resets.request(account.email().toUpperCase(Locale.ROOT)).then().statusCode(200);

        assertThat(new Mailbox(account.email()).kinds()).containsExactly("reset-password");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"https://evil.example", "//evil.example", "javascript:alert(1)", "https://mana.how@evil.example"
            })
    void theLinkLeadsNowhereElse(String redirectTo) {
        var account = Accounts.create();

        post(AUTH + "/forgot-password", Map.of("email", account.email(), "redirectTo", redirectTo))
                .then()
                .statusCode(200);

        assertThat(new Mailbox(account.email()).link()).endsWith("?callbackURL=%2F");
    }

    @Test
    void theTokenIsStoredAsAHash() {
        var account = Accounts.create();

        var token = Resets.tokenFor(account);

        assertThat(tokensOf(account)).singleElement().satisfies(row -> assertThat((String) row.get("identifier"))
                .startsWith("reset-password:")
                .doesNotContain(token));
    }

    @Test
    void anUnknownAddressHasTheSameAnswerAndNoMail() {
        var unknown = UUID.randomUUID() + "@example.org";

        Resets.request(unknown).then().statusCode(200).body(equalTo(SAID));

        assertThat(new Mailbox(unknown).kinds()).isEmpty();
        assertThat(AdminDatabase.rows(
                        "SELECT event_type, user_id, metadata ->> 'email' AS email FROM auth.security_events"
                                + " WHERE metadata ->> 'email' = ?",
                        unknown))
                .singleElement()
                .satisfies(event -> assertThat(event)
                        .containsEntry("event_type", "PASSWORD_RESET_REQUESTED")
                        .containsEntry("user_id", null)
                        .containsEntry("email", unknown));
    }

    /** What is done for a known address takes longer than for an unknown one; neither answer comes before both would be done. */
    @Test
    void noAnswerComesEarly() {
        var account = Accounts.create();
        Resets.request(account.email());

        for (var address : List.of(account.email(), UUID.randomUUID() + "@example.org")) {
            var begun = System.nanoTime();
            Resets.request(address);
            assertThat((System.nanoTime() - begun) / 1_000_000).isGreaterThanOrEqualTo(195);
        }
    }

    @Test
    void theEventNamesTheUser() {
        var account = Accounts.create();

        Resets.request(account.email());

        assertThat(AdminDatabase.rows("SELECT event_type FROM auth.security_events WHERE user_id = ?", account.id()))
                .containsExactly(Map.of("event_type", "PASSWORD_RESET_REQUESTED"));
    }

    @Test
    void aDeletedUserIsNobody() {
        var account = Accounts.create();
        account.set("deleted_at = now()");

        Resets.request(account.email()).then().statusCode(200).body(equalTo(SAID));

        assertThat(new Mailbox(account.email()).kinds()).isEmpty();
        assertThat(tokensOf(account)).isEmpty();
    }

    @Test
    void anAddressIsMailedFiveTimesAnHour() {
        var account = Accounts.create();

        IntStream.range(0, 7)
                .forEach(i ->
                        Resets.request(account.email()).then().statusCode(200).body(equalTo(SAID)));

        assertThat(new Mailbox(account.email()).kinds()).hasSize(5);
        assertThat(tokensOf(account)).hasSize(5);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "null",
                "[]",
                "{",
                "\"text\"",
                "{}",
                "{\"email\":5}",
                "{\"email\":\"nobody\"}",
                "{\"email\":\"a@example.org\",\"redirectTo\":5}"
            })
    void whateverIsSentTheAnswerIsTheSame(String body) {
        json(body).post(AUTH + "/forgot-password").then().statusCode(200).body(equalTo(SAID));
    }

    @Test
    void whatIsNoJsonOrTooLongIsRefused() {
        json("{}")
                .contentType("text/plain")
                .post(AUTH + "/forgot-password")
                .then()
                .statusCode(415)
                .body("error", equalTo("UNSUPPORTED_MEDIA_TYPE"));
        json("\"" + "x".repeat(70_000) + "\"")
                .post(AUTH + "/forgot-password")
                .then()
                .statusCode(413)
                .body("error", equalTo("PAYLOAD_TOO_LARGE"));
    }

    /** A yes that mailed nothing would leave somebody waiting. */
    @ParameterizedTest
    @ValueSource(strings = {"verification", "outbox", "security_events", "rate_limits"})
    void aFaultOfTheDatabaseIsNoYes(String table) {
        var account = Accounts.create();
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO away");
        try {
            Resets.request(account.email())
                    .then()
                    .statusCode(503)
                    .body("error", equalTo("SERVICE_UNAVAILABLE"))
                    .header("Retry-After", equalTo("5"));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.away RENAME TO " + table);
        }
        assertThat(new Mailbox(account.email()).kinds()).isEmpty();
        assertThat(tokensOf(account)).isEmpty();
        assertThat(account.events()).isEmpty();
    }

    private static List<Map<String, Object>> tokensOf(Accounts account) {
        return AdminDatabase.rows("SELECT identifier FROM auth.verification WHERE value = ?", account.id());
    }
}
