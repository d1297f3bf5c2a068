package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One client can neither fill the trail nor be kept from its key by having tried. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class FloodTest {
    private static final int MOST_REKEYS = 30;
    private static final int MOST_REFUSALS = 600;

    static Stream<Named<Function<Vaults, Response>>> refused() {
        return Stream.of(
                Named.of("key", Vaults::key),
                Named.of("a generation", vault -> vault.key(7)),
                Named.of("a malformed one", vault -> vault.key("x")),
                Named.of("clear recovery", Vaults::clearRecovery),
                Named.of("commit", Vaults::commit),
                Named.of("a grant", FloodTest::grant));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusalsAreRecordedUntilOneRowSaysThatTheyAreNot(Function<Vaults, Response> call) {
        var vault = Vaults.ofNewUser();
        counted("vault-refusals", vault, MOST_REFUSALS - 2);

        call.apply(vault).then().statusCode(not429());
        call.apply(vault).then().statusCode(not429());
        for (var i = 0; i < 3; i++) {
            call.apply(vault)
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .body("code", equalTo("RATE_LIMITED"))
                    .body("error", notNullValue());
        }

        assertThat(vault.trail()).hasSize(3);
        assertThat(vault.trail())
                .filteredOn(row -> row.contains(" 429 refusals-limited: none is recorded for "))
                .hasSize(1);
    }

    private static org.hamcrest.Matcher<Integer> not429() {
        return org.hamcrest.Matchers.oneOf(400, 404);
    }

    private static Response grant(Vaults vault) {
        return vault.request()
                .contentType("application/json")
                .body(Map.of("missionId", "m", "tables", new String[] {"notes"}, "recordIds", new String[] {"notes:1"}))
                .post("/api/v1/me/ai-mission-grant");
    }

    @Test
    void nobodyIsKeptFromTheirKeyByRefusals() {
        var vault = Vaults.ofNewUser();
        counted("vault-refusals", vault, MOST_REFUSALS);
        vault.key().then().statusCode(429);

        vault.init().then().statusCode(200);
        vault.key().then().statusCode(200).body("masterKey", notNullValue());
        vault.key(1).then().statusCode(200).body("masterKey", notNullValue());
        vault.key(2).then().statusCode(429);
        vault.rotate().then().statusCode(200);
        vault.key(1).then().statusCode(200);
    }

    @Test
    void anHourLaterRefusalsAreRecordedAgain() {
        var vault = Vaults.ofNewUser();
        counted("vault-refusals", vault, MOST_REFUSALS);
        vault.key().then().statusCode(429);
        AdminDatabase.execute(
                "UPDATE auth.rate_limits SET window_start = now() - interval '1 hour' WHERE client = ?",
                vault.userId());

        vault.key().then().statusCode(404);

        assertThat(vault.trail()).containsExactly("failed_fetch 404 not-initialised");
    }

    @Test
    void aFaultOfOursIsOnRecordHoweverManyRefusalsThereWere() {
        var vault = Vaults.initialised();
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = 'gone' WHERE user_id = ?", vault.userId());
        counted("vault-refusals", vault, MOST_REFUSALS);

        vault.key().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));

        assertThat(vault.trail())
                .anyMatch(row -> row.startsWith("failed_fetch 503 kek-unavailable: nothing was released; corrects "));
    }

    @Test
    void rekeyingIsLimitedAndReadingIsNot() {
        var vault = Vaults.initialised();
        counted("vault-rekey", vault, MOST_REKEYS - 1);

        vault.rotate("one").then().statusCode(200);
        var before = vault.row();
        for (var call : java.util.List.<Function<Vaults, Response>>of(
                Vaults::rotate, Vaults::abort, again -> again.rotate("one"))) {
            call.apply(vault)
                    .then()
                    .statusCode(429)
                    .header("Retry-After", notNullValue())
                    .body("code", equalTo("RATE_LIMITED"));
        }

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).contains("rotate 429 rate-limited", "rotate_abort 429 rate-limited");
        vault.key().then().statusCode(200);
        vault.key(1).then().statusCode(200);
    }

    @Test
    void whatIsRefusedDoesNotCountAsARekey() {
        var vault = Vaults.zeroKnowledge();
        counted("vault-rekey", vault, MOST_REKEYS - 1);

        vault.rotate().then().statusCode(409);
        vault.rotate().then().statusCode(409);

        assertThat(AdminDatabase.rows(
                        "SELECT hits FROM auth.rate_limits WHERE scope = 'vault-rekey' AND client = ?", vault.userId()))
                .containsExactly(Map.of("hits", MOST_REKEYS - 1));
    }

    @Test
    void aLimiterThatDoesNotWorkLetsNothingPass() {
        var vault = Vaults.initialised();
        var before = vault.row();
        var trigger = "broken_" + vault.userId().replace("-", "_");
        AdminDatabase.execute("CREATE FUNCTION auth." + trigger + "() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN RAISE EXCEPTION 'no counting today'; END $$");
        AdminDatabase.execute("CREATE TRIGGER " + trigger + " BEFORE INSERT ON auth.rate_limits FOR EACH ROW"
                + " WHEN (NEW.client = '" + vault.userId() + "') EXECUTE FUNCTION auth." + trigger + "()");
        try {
            vault.rotate().then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
            vault.key(9).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
            vault.key().then().statusCode(200);
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth." + trigger + "() CASCADE");
        }

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).containsExactly("init 201 created", "fetch 200 null");
    }

    /** As if the client had done that so often in this window already. */
    private static void counted(String scope, Vaults vault, int hits) {
        AdminDatabase.execute(
                "INSERT INTO auth.rate_limits (scope, client, window_start, hits) VALUES (?, ?, now(), ?)",
                scope,
                vault.userId(),
                hits);
    }
}
