package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two processes on one database, one of them paused while the other one's KEK becomes the active one. */
class PausedReplicaIT {
    private static final String VAULT = "/api/v1/me/encryption-vault";

    @Test
    void whoSleptThroughAnActivationWritesNothing(@TempDir Path one, @TempDir Path both) throws Exception {
        var key = key();
        Files.writeString(one.resolve("a"), key);
        Files.writeString(both.resolve("a"), key);
        Files.writeString(both.resolve("b"), key());
        try (var database = TestPostgres.instance().createDatabase().migrated();
                var issuer = IssuerServer.start(TestIssuer.fresh());
                var admin = database.connectAsAdmin()) {
            var environment = new HashMap<>(issuer.variables());
            environment.putAll(ServiceEnvironment.secrets());
            environment.remove("MANA_AUTH_KEK");
            environment.put("DATABASE_URL", ServiceEnvironment.text(database.appUrl()));
            database.with("INSERT INTO auth.users (id, name, email) SELECT u, 'T', u || '@test'"
                    + " FROM unnest(ARRAY['early', 'late', 'new']) AS users (u)");
            try (var sleeper = PackagedService.serving(with(environment, one, "a"));
                    var other = PackagedService.serving(with(environment, both, "b"))) {
                assertThat(other.send("POST", VAULT + "/init", issuer.bearer("early"))
                                .statusCode())
                        .isEqualTo(200);
                assertThat(active(admin)).as("as long as the other one lives").isEqualTo("a");

                sleeper.signal("STOP");
                // Half a minute passes.
                Jdbc.execute(
                        admin,
                        "UPDATE auth.replicas SET seen_at = now() - interval '31 seconds'"
                                + " WHERE cardinality(fingerprints) = 1");
                Eventually.holds(() -> active(admin).equals("b"));
                assertThat(other.send("POST", VAULT + "/init", issuer.bearer("late"))
                                .statusCode())
                        .isEqualTo(200);
                sleeper.signal("CONT");

                var refused = sleeper.send("POST", VAULT + "/init", issuer.bearer("new"));
                assertThat(refused.statusCode()).as(refused.body()).isEqualTo(503);
                var late = sleeper.get(VAULT + "/key", issuer.bearer("late"));
                assertThat(late.body()).contains("KEK_UNAVAILABLE");
                Eventually.holds(() ->
                        sleeper.get(VAULT + "/key", issuer.bearer("early")).statusCode() == 200);
                assertThat(Jdbc.strings(
                                admin, "SELECT user_id || ' ' || kek_id FROM auth.encryption_vaults ORDER BY user_id"))
                        .containsExactly("early a", "late b");

                // Its file comes; no restart is needed.
                Files.copy(both.resolve("b"), one.resolve("b"));
                Eventually.holds(
                        () -> sleeper.get(VAULT + "/key", issuer.bearer("late")).statusCode() == 200);
                Eventually.holds(() -> sleeper.send("POST", VAULT + "/init", issuer.bearer("new"))
                                .statusCode()
                        == 200);
            }
        }
    }

    private static Map<String, String> with(Map<String, String> environment, Path keks, String wanted) {
        var variables = new HashMap<>(environment);
        variables.put("MANA_AUTH_KEK_DIR", keks.toString());
        variables.put("MANA_AUTH_KEK_ID", wanted);
        return variables;
    }

    private static String active(Connection admin) throws SQLException {
        return Jdbc.strings(admin, "SELECT id FROM auth.keks WHERE state = 'active'")
                .get(0);
    }

    private static String key() {
        var key = new byte[32];
        new SecureRandom().nextBytes(key);
        return Base64.getEncoder().encodeToString(key);
    }
}
