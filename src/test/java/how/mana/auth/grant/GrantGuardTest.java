package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** No mission key leaves that the trail or the ledger does not know of, and none once its owner locked the service out. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class GrantGuardTest {
    @ParameterizedTest
    @CsvSource({
        "encryption_vault_audit,RAISE EXCEPTION 'it is full'",
        "encryption_vault_audit,RETURN NULL",
        "mission_grants,RAISE EXCEPTION 'it is full'",
        "mission_grants,RETURN NULL"
    })
    void withoutItsRowsNothingIsGranted(String table, String does) {
        var missions = Missions.withVault();

        var answer = whileInserting(table, does, missions, () -> missions.grant(Missions.order("m")));

        answer.then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
        assertThat(answer.asString()).doesNotContain("wrappedKey");
        assertThat(missions.ledger()).isEmpty();
        assertThat(missions.trail()).isEmpty();
    }

    @Test
    void aRefusalThatCannotBeRecordedIsNotGivenAsOne() {
        var missions = Missions.withVault();

        whileInserting("encryption_vault_audit", "RAISE EXCEPTION 'it is full'", missions, () -> missions.grant("{}"))
                .then()
                .statusCode(503);
    }

    @Test
    void aRevocationThatCannotBeRecordedIsNotMade() {
        var missions = Missions.withVault();
        missions.granted("m");

        whileInserting("encryption_vault_audit", "RETURN NULL", missions, () -> missions.revoke("m"))
                .then()
                .statusCode(500);

        assertThat(missions.ledger().get(0)).containsEntry("revoked_at", null);
    }

    /** Both look at the vault's row: the grant waits for the switch and then sees it. */
    @Test
    void aGrantThatMeetsTheSwitchToZeroKnowledgeIsRefused() throws Exception {
        var missions = Missions.withVault();
        try (var switching = AdminDatabase.connect();
                var statement = switching.createStatement()) {
            switching.setAutoCommit(false);
            statement.execute(
                    "UPDATE auth.encryption_vaults SET zero_knowledge = true, wrapped_mk = NULL, wrap_iv = NULL,"
                            + " recovery_wrapped_mk = 'x', recovery_iv = 'x' WHERE user_id = '" + missions.userId()
                            + "'");

            var answer = CompletableFuture.supplyAsync(() -> missions.grant(Missions.order("m")));
            waitUntilItWaits(answer);
            switching.commit();

            answer.join().then().statusCode(409).body("code", equalTo("ZK_ACTIVE"));
        }
        assertThat(missions.ledger()).isEmpty();
    }

    /** Or until it is answered, which is too early. */
    private static void waitUntilItWaits(CompletableFuture<Response> answer) throws SQLException {
        try (var admin = AdminDatabase.connect();
                var question = admin.prepareStatement(
                        "SELECT EXISTS (SELECT FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                                + " AND query LIKE '%auth.mission_grant(%' AND datname = current_database())")) {
            var waits = false;
            while (!waits && !answer.isDone()) {
                try (var row = question.executeQuery()) {
                    row.next();
                    waits = row.getBoolean(1);
                }
            }
        }
    }

    private static Response whileInserting(String table, String does, Missions missions, Supplier<Response> call) {
        var trigger = "broken_" + missions.userId().replace("-", "_");
        AdminDatabase.execute("CREATE FUNCTION auth." + trigger + "() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN " + does + "; END $$");
        AdminDatabase.execute("CREATE TRIGGER " + trigger + " BEFORE INSERT ON auth." + table + " FOR EACH ROW"
                + " WHEN (NEW.user_id = '" + missions.userId() + "') EXECUTE FUNCTION auth." + trigger + "()");
        try {
            return call.get();
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth." + trigger + "() CASCADE");
        }
    }
}
