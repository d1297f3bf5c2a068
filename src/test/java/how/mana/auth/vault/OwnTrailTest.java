package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesRegex;
import static org.hamcrest.Matchers.nullValue;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Owners read what was done to their vault. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class OwnTrailTest {
    private static final String PATH = Vaults.PATH + "/audit";

    @Test
    void theNewestComesFirstWithAllThatIsOnRecord() {
        var vault = Vaults.initialised();
        vault.key();
        Vaults.initialised(); // somebody else

        vault.request()
                .header("User-Agent", "mana-web/3")
                .get(PATH)
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("rows.action", equalTo(List.of("fetch", "init")))
                .body("rows[0].status", equalTo(200))
                .body("rows[0].context", nullValue())
                .body("rows[0].ipAddress", equalTo("127.0.0.1"))
                .body("rows[0].ts", matchesRegex("[0-9-]{10}T[0-9:]{8}\\.[0-9]{3}Z"))
                .body("rows[1].status", equalTo(201))
                .body("next", nullValue());
        assertThat(vault.trail()).hasSize(2);
    }

    @Test
    void pagesMissNothingAndRepeatNothingThoughRowsShareTheirTime() {
        var vault = Vaults.ofNewUser();
        AdminDatabase.execute(
                "INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, created_at)"
                        + " SELECT 'page-' || n || ? , ?, 'fetch', 200, timestamptz '2026-01-01' + n / 3 * interval '1 second'"
                        + " FROM generate_series(1, 10) n",
                vault.userId(),
                vault.userId());
        var seen = new ArrayList<String>();
        String next = null;
        do {
            var request = vault.request().queryParam("limit", 4);
            var page = (next == null ? request : request.queryParam("before", next))
                    .get(PATH)
                    .then()
                    .statusCode(200)
                    .extract();
            seen.addAll(page.path("rows.id"));
            next = page.path("next");
            vault.key(); // what is new does not move what is read
        } while (next != null);

        assertThat(seen).hasSize(10).doesNotHaveDuplicates();
    }

    @Test
    void whoHasNoVaultHasNoRows() {
        Vaults.ofNewUser()
                .request()
                .get(PATH)
                .then()
                .statusCode(200)
                .body("rows", empty())
                .body("next", nullValue());
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=201", "limit=x", "limit=-1", "before=x", "before=%00"})
    void whatTheRouteDoesNotReadIsRefused(String query) {
        refused(query);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x:y", "1:", "1:a\u0000b", "99999999999999999999:a", ":"})
    void aCursorOfSomebodysOwnMakingIsRefused(String cursor) {
        refused("before=" + Base64.getUrlEncoder().withoutPadding().encodeToString(cursor.getBytes()));
    }

    private static void refused(String query) {
        Vaults.ofNewUser()
                .request()
                .urlEncodingEnabled(false)
                .get(PATH + "?" + query)
                .then()
                .statusCode(400)
                .body("code", equalTo("BAD_REQUEST"));
    }
}
