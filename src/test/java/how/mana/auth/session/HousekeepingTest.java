package how.mana.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What counts no more goes, and nothing else. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class HousekeepingTest {
    private final Housekeeping housekeeping;

    @Inject
    HousekeepingTest(Housekeeping housekeeping) {
        this.housekeeping = housekeeping;
    }

    @Test
    void endedSessionsGoAndLiveOnesStay() {
        var account = Accounts.create();
        account.signedIn();
        AdminDatabase.execute(
                "UPDATE auth.sessions SET expires_at = now() - interval '25 hours' WHERE user_id = ?", account.id());
        var live = account.signedIn();

        sweep();

        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.sessions WHERE user_id = ?", account.id()))
                .hasSize(1);
        assertThat(live.isLive()).isTrue();
    }

    @Test
    void oldAttemptsGoAndThoseThatCountStay() {
        var account = Accounts.create();
        account.login("wrong");
        AdminDatabase.execute(
                "INSERT INTO auth.login_attempts (email, attempted_at) VALUES (?, now() - interval '25 hours')",
                account.email());

        sweep();

        assertThat(account.failures()).isOne();
    }

    @Test
    void whatHappenedToNobodyIsForgottenAfterAWhileButNotThatSomebodyIsGone() {
        var mark = UUID.randomUUID().toString();
        for (var type : new String[] {"LOGIN_FAILURE", "ACCOUNT_DELETED"}) {
            AdminDatabase.execute(
                    "INSERT INTO auth.security_events (event_type, user_agent, created_at)"
                            + " VALUES (?, ?, now() - interval '31 days')",
                    type,
                    mark);
        }

        sweep();

        assertThat(AdminDatabase.rows("SELECT event_type FROM auth.security_events WHERE user_agent = ?", mark))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("event_type", "ACCOUNT_DELETED"));
    }

    /** Without its mark an exchanged first token would open the session again. */
    @Test
    void anExchangedFirstTokenStaysMarkedAsLongAsItsSession() {
        var account = Accounts.create();
        account.signedIn();
        AdminDatabase.execute(
                "INSERT INTO auth.refresh_tokens (token, session_id, issued_at, replaced_at)"
                        + " SELECT token, id, now() - interval '40 days', now() - interval '31 days'"
                        + " FROM auth.sessions WHERE user_id = ?",
                account.id());
        successor(account, "now() - interval '31 days'");
        successor(account, "now() - interval '29 days'");
        successor(account, "NULL");

        sweep();

        assertThat(tokens(account)).isEqualTo("1 exchanged first, 1 exchanged, 1 unused");
    }

    private static void successor(Accounts account, String replacedAt) {
        AdminDatabase.execute(
                "INSERT INTO auth.refresh_tokens (token, session_id, issued_at, replaced_at)"
                        + " SELECT encode(sha256(?::bytea), 'hex'), id, now() - interval '40 days', " + replacedAt
                        + " FROM auth.sessions WHERE user_id = ?",
                UUID.randomUUID().toString(),
                account.id());
    }

    private static String tokens(Accounts account) {
        return String.valueOf(AdminDatabase.rows("""
                        SELECT format('%s exchanged first, %s exchanged, %s unused',
                                      count(*) FILTER (WHERE r.token = s.token),
                                      count(*) FILTER (WHERE r.token <> s.token AND r.replaced_at IS NOT NULL),
                                      count(*) FILTER (WHERE r.replaced_at IS NULL)) AS found
                        FROM auth.refresh_tokens r JOIN auth.sessions s ON s.id = r.session_id
                        WHERE s.user_id = ?
                        """, account.id()).get(0).get("found"));
    }

    @Test
    void oldLinksGoAndYoungOnesStay() {
        var mark = UUID.randomUUID().toString();
        for (var age : new int[] {23, 25}) {
            AdminDatabase.execute(
                    "INSERT INTO auth.verification (id, identifier, value, expires_at)"
                            + " VALUES (?, 'verify-email:' || encode(sha256(?::bytea), 'hex'), ?,"
                            + " now() - make_interval(hours => ?))",
                    mark + age,
                    mark + age,
                    mark,
                    age);
        }

        sweep();

        assertThat(AdminDatabase.rows("SELECT id FROM auth.verification WHERE value = ?", mark))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("id", mark + 23));
    }

    @Test
    void countsOfRequestsGoHoweverManyTheyAre() {
        counted("old", 3, 2_500);
        counted("young", 1, 1);

        sweep();

        assertThat(AdminDatabase.rows("SELECT scope FROM auth.rate_limits WHERE scope IN ('old', 'young')"))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("scope", "young"));
    }

    private static void counted(String scope, int hoursAgo, int clients) {
        AdminDatabase.execute(
                "INSERT INTO auth.rate_limits (scope, client, window_start, hits)"
                        + " SELECT ?, n::text, now() - make_interval(hours => ?), 1 FROM generate_series(1, ?) n",
                scope,
                hoursAgo,
                clients);
    }

    @Test
    void whatCannotBeDeletedKeepsNothingElse() {
        AdminDatabase.execute("CREATE FUNCTION auth.not_now() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'not now'; END $$");
        AdminDatabase.execute("CREATE TRIGGER not_now BEFORE DELETE ON auth.sessions"
                + " FOR EACH STATEMENT EXECUTE FUNCTION auth.not_now()");
        try {
            counted("stuck", 3, 1);

            sweep();

            assertThat(AdminDatabase.rows("SELECT 1 FROM auth.rate_limits WHERE scope = 'stuck'"))
                    .isEmpty();
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth.not_now() CASCADE");
        }
    }

    private void sweep() {
        housekeeping.sweep().await().atMost(Duration.ofSeconds(10));
    }
}
