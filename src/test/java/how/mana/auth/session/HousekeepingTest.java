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
                            + " VALUES (?, ?, now() - interval '91 days')",
                    type,
                    mark);
        }

        sweep();

        assertThat(AdminDatabase.rows("SELECT event_type FROM auth.security_events WHERE user_agent = ?", mark))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("event_type", "ACCOUNT_DELETED"));
    }

    private void sweep() {
        housekeeping.sweep().await().atMost(Duration.ofSeconds(10));
    }
}
