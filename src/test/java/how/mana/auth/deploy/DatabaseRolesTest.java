package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.schema.BootChecks;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.ServingConnection;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code database.sql} with the secrets that the script makes, on a cluster as new as that of a first {@code compose up}. */
class DatabaseRolesTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path home;

    @SuppressWarnings("NullAway.Init") // before each test
    private FirstStart start;

    @BeforeEach
    void start() throws Exception {
        start = FirstStart.in(home);
    }

    @AfterEach
    void stop() throws IOException {
        start.close();
    }

    @Test
    void theOwnerMigratesTheAppPassesTheBootChecksAndTheSealerMaySeal() throws Exception {
        start.initialised();
        var owner = DatabaseUrl.parse(start.url("migration_database_url"));
        var app = DatabaseUrl.parse(start.url("database_url"));
        var sealer = DatabaseUrl.parse(start.url("auditor_database_url"));

        var result = Migrations.by(owner, app).sealedBy(Optional.of(sealer)).run(OldService.REFUSE);

        assertThat(result.applied()).isNotEmpty();
        try (var auditor = OperatorConnection.open(sealer, Group.AUDITOR, "test")) {
            assertThat(Jdbc.strings(auditor, "SELECT count(*) FROM auth.audit_seal"))
                    .containsExactly("0");
        }
        try (var serving = ServingConnection.open(app)) {
            BootChecks.require(serving);
        }
    }

    @Test
    void noRoleMayMoreThanItHasTo() throws Exception {
        start.initialised();

        assertThat(asked("""
                        SELECT string_agg(concat_ws(' ', rolname, rolsuper, rolbypassrls, rolcreatedb, rolreplication,
                            rolcreaterole, d.datname), ', ' ORDER BY rolname)
                        FROM pg_roles LEFT JOIN pg_database d ON d.datdba = pg_roles.oid
                        WHERE rolcanlogin AND rolname <> 'postgres'
                        """))
                .isEqualTo("mana_auth f f f f f, mana_owner f f f f t mana_platform, mana_sealer f f f f f");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "postgresql://mana_auth:short@postgres:5432/mana_platform",
                "postgresql://mana_auth:percent%20and-long-enough@postgres:5432/mana_platform",
                "postgresql://mana_auth:a-long-enough-password@postgres:5432/another_database",
            })
    void aUrlThatWouldNotLogInIsRefusedAndNoRoleIsMade(String url) throws Exception {
        start.replace("database_url", url);

        assertThatExceptionOfType(SQLException.class)
                .isThrownBy(() -> start.initialised())
                .withMessageContaining("database_url is not postgresql://")
                .withMessageNotContaining("long-enough");
        assertThat(asked("SELECT count(*) FROM pg_roles WHERE rolname LIKE 'mana%'"))
                .isEqualTo("0");
    }

    private String asked(String sql) throws SQLException {
        try (var superuser = start.connectAsSuperuser();
                var rows = superuser.createStatement().executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        }
    }
}
