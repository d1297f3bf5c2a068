package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a cluster of its own: groups belong to the whole cluster, and here none exists yet. */
class GroupRolesTest {
    private TestPostgres cluster;
    private TestDatabase database;

    @BeforeEach
    void anUntouchedCluster() throws Exception {
        cluster = TestPostgres.untouched();
        database = cluster.createDatabase();
    }

    @AfterEach
    void stop() throws Exception {
        cluster.close();
    }

    @Test
    void anOwnerWithCreateroleMakesGroupsNobodyCanLogInAs() throws Exception {
        database.migrated();

        try (var admin = database.connectAsAdmin()) {
            assertThat(Jdbc.strings(
                            admin,
                            "SELECT rolname FROM pg_roles WHERE rolname LIKE 'mana\\_%' AND NOT (rolcanlogin OR rolsuper"
                                    + " OR rolbypassrls OR rolcreaterole OR rolcreatedb OR rolreplication) ORDER BY 1"))
                    .containsExactly("mana_app", "mana_auditor", "mana_backup", "mana_eraser", "mana_maintenance");
        }
        try (var app = database.connectAsApp()) {
            assertThat(BootChecks.refusalsOf(app)).isEmpty();
        }
        try (var owner = database.connectAsOwner()) {
            Jdbc.execute(owner, "SET ROLE mana_maintenance");
            Jdbc.execute(owner, "SELECT FROM auth.encryption_vaults");
        }
    }

    @Test
    void anOwnerWithoutCreateroleIsToldWhatAnAdministratorMustRun() throws Exception {
        database.with("ALTER ROLE " + database.ownerUrl().role() + " NOCREATEROLE");

        var refusal = refusal();

        assertThat(refusal).contains("group mana_app does not exist", "docs/roles.sql", "CREATE ROLE %I NOLOGIN");
        // The administrator runs what the message says, and it works; and once more, and nothing changes.
        var sql = refusal.substring(refusal.indexOf("\n\n"));
        database.with(sql).with(sql).migrated();
        try (var app = database.connectAsApp()) {
            assertThat(BootChecks.refusalsOf(app)).isEmpty();
        }
    }

    @Test
    void aServingRoleThatDoesNotExistIsNamed() throws Exception {
        var serving = database.appUrl();
        database.with("DROP ROLE " + serving.role());

        assertThat(refusal()).contains("CREATE ROLE " + serving.role() + " LOGIN PASSWORD");
    }

    @Test
    void whoSealsTheTrailBecomesAnAuditor() throws Exception {
        database.with("CREATE ROLE \"the sealer\" LOGIN PASSWORD 'test'");
        var sealer = appUrlAs("the sealer");

        Migrations.by(database.ownerUrl(), database.appUrl())
                .sealedBy(Optional.of(sealer))
                .run(OldService.REFUSE);

        try (var auditor = OperatorConnection.open(sealer, Group.AUDITOR, "test")) {
            assertThat(Jdbc.strings(auditor, "SELECT current_user")).containsExactly("mana_auditor");
        }
    }

    @Test
    void whoSealsTheTrailIsThereAndIsNotWhoServes() throws Exception {
        var migrations = Migrations.by(database.ownerUrl(), database.appUrl());

        assertThatExceptionOfType(MigrationRefusedException.class)
                .isThrownBy(() ->
                        migrations.sealedBy(Optional.of(appUrlAs("nobody"))).run(OldService.REFUSE))
                .withMessageContaining("CREATE ROLE nobody LOGIN PASSWORD");
        assertThatExceptionOfType(MigrationRefusedException.class)
                .isThrownBy(() -> migrations.sealedBy(Optional.of(database.appUrl())))
                .withMessageContaining("DATABASE_URL and AUDITOR_DATABASE_URL name the same role");
    }

    @Test
    void aGroupThatCouldPassRowSecurityIsRefused() throws Exception {
        database.with("CREATE ROLE mana_app LOGIN BYPASSRLS");

        assertThat(refusal()).contains("ALTER ROLE mana_app NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE;");
    }

    @Test
    void aQuotedRoleIsQuoted() throws Exception {
        database.with("CREATE ROLE \"O'Brien \\ \"\"x\"\"\" LOGIN PASSWORD 'test'");
        var serving = appUrlAs("O'Brien \\ \"x\"");

        Migrations.by(database.ownerUrl(), serving).run(OldService.REFUSE);

        try (var app = TestPostgres.connect(serving)) {
            assertThat(BootChecks.refusalsOf(app)).isEmpty();
        }
    }

    private DatabaseUrl appUrlAs(String role) {
        var app = database.appUrl();
        return new DatabaseUrl(role, "test", app.host(), app.port(), app.database(), app.sslMode(), app.sslRootCert());
    }

    private String refusal() {
        var refused = assertThatExceptionOfType(MigrationRefusedException.class)
                .isThrownBy(() ->
                        Migrations.by(database.ownerUrl(), database.appUrl()).run(OldService.REFUSE))
                .actual();
        return String.valueOf(refused.getMessage());
    }
}
