package how.mana.auth.cli.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.cli.CommandRun;
import how.mana.auth.cli.TestOperation;
import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each planted fault on a database that is otherwise right. */
class DoctorTest {
    private static final KekId V1 = KekId.DEFAULT;

    private final TestDatabase database;
    private final ServerSocket neighbour;
    private final TestOperation operation;

    DoctorTest() throws SQLException, IOException {
        database = TestPostgres.instance().createDatabase().migrated();
        neighbour = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        operation = new TestOperation(database);
        for (var url : List.of("MANA_NOTIFY_URL", "MANA_CREDITS_URL", "MANA_MAIL_URL")) {
            operation.with(url, "http://127.0.0.1:" + neighbour.getLocalPort());
        }
        database.with("INSERT INTO auth.keks (id, fingerprint, state) VALUES ('env-v1', '" + fingerprint()
                + "', 'active'); SELECT auth.reserve_wraps('env-v1', 4096)");
        operation.with("BACKUP_DATABASE_URL", text(database.createRole("backup", "IN ROLE mana_backup")));
    }

    @AfterEach
    void drop() throws SQLException, IOException {
        neighbour.close();
        database.close();
    }

    @Test
    void aHealthyServiceHasNothingButOk() {
        var run = CommandRun.of(operation, "doctor");

        assertThat(run.exitCode()).as(run.out()).isZero();
        assertThat(run.out().lines())
                .allSatisfy(line -> assertThat(line).startsWith("ok  "))
                .anySatisfy(line -> assertThat(line).contains("KEK env-v1 (active, fingerprint " + fingerprint()))
                .anySatisfy(line -> assertThat(line).contains("4096 wraps"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "ALTER ROLE $app BYPASSRLS|protection|BYPASSRLS",
                "GRANT mana_maintenance TO $app|protection|REVOKE mana_maintenance FROM",
                "GRANT DELETE ON auth.encryption_vault_audit TO mana_app|protection|rewrite the trail",
                "ALTER TABLE auth.encryption_vaults NO FORCE ROW LEVEL SECURITY|protection|FORCE ROW LEVEL SECURITY",
                "DROP POLICY encryption_vaults_user_isolation ON auth.encryption_vaults|protection|the policies of auth.encryption_vaults",
                "DELETE FROM auth.mana_changelog WHERE orderexecuted = (SELECT max(orderexecuted) FROM auth.mana_changelog)|protection|run migrate",
                "ALTER ROLE $app SET row_security = off|setting|RESET row_security",
                "ALTER TABLE auth.keks DISABLE TRIGGER keks_are_kept|triggers|ENABLE TRIGGER keks_are_kept",
                "DROP TRIGGER jwks_wrap_is_made ON auth.jwks|triggers|jwks_wrap_is_made is missing",
                "INSERT INTO auth.keks (id, fingerprint) VALUES ('env-v0', repeat('0', 32)); UPDATE auth.keks SET state = 'retiring' WHERE id = 'env-v0'|keks|env-v0",
                "SET session_replication_role = replica; UPDATE auth.kek_uses SET reserved = 4294967296|counters|it makes no more",
                "INSERT INTO auth.replicas (id, fingerprints) VALUES (gen_random_uuid(), '{}')|replicas|lack the KEK",
            })
    void aFaultFailsAndNamesItsRemedy(String sql, String check, String remedy) throws SQLException {
        database.with(sql.replace("$app", database.appUrl().role()));

        assertThat(failures())
                .anySatisfy(line -> assertThat(line).startsWith(check).contains(remedy));
    }

    @Test
    void aSuperuserFails() throws SQLException {
        operation.servedBy(database.createRole("root", "SUPERUSER"));

        assertThat(failures()).anySatisfy(line -> assertThat(line).contains("is a superuser"));
    }

    @Test
    void aKekOfTheRightIdAndTheWrongBytesFailsWithBothFingerprints() {
        var other = Kek.takeOwnershipOf(
                V1, "another key of thirty-two bytes!".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        operation.with(KekRing.of(List.of(other), V1, new SecureRandom()));

        assertThat(failures())
                .anySatisfy(line -> assertThat(line).contains(other.fingerprint(), "mount the KEK that this database"));
    }

    @Test
    void aUrlWhereNobodyListensFailsAndIsNotRepeated() {
        operation.with("MANA_NOTIFY_URL", "http://127.0.0.1:1/hush");

        assertThat(failures())
                .singleElement()
                .asString()
                .contains("MANA_NOTIFY_URL")
                .doesNotContain("hush");
    }

    @Test
    void aDatabaseThatIsAwayFailsAndTheRestIsSaid() {
        var url = database.appUrl();
        operation.servedBy(
                new DatabaseUrl(url.role(), "hush", "127.0.0.1", 1, url.database(), url.sslMode(), url.sslRootCert()));

        assertThat(failures())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).contains("DATABASE_URL").doesNotContain("hush"));
    }

    @Test
    void aRoleThatMayNotWorkAsItsGroupFails() throws SQLException {
        var stranger = database.createRole("stranger", "");
        operation.with("AUDITOR_DATABASE_URL", text(stranger));

        assertThat(failures()).singleElement().asString().contains("GRANT mana_auditor TO " + stranger.role());
    }

    @Test
    void whatAnOperatorShouldLookAtIsAWarningAndNoFailure() throws SQLException {
        database.with(
                "SET session_replication_role = replica; UPDATE auth.service_state SET sealed_at = now(), sealed_by = 'op', sealed_why = 'drill';"
                        + " UPDATE auth.kek_uses SET reserved = 1073741824");

        var run = CommandRun.of(operation, "doctor", "--json");

        assertThat(run.exitCode()).isZero();
        assertThat(run.json().path("warn").asInt()).isEqualTo(2);
        assertThat(run.out()).contains("mana-auth unseal", "activate another one");
    }

    @Test
    void aTrailThatNobodySealsIsAWarning() throws SQLException {
        database.with("INSERT INTO auth.users (id, name, email) VALUES ('u', 'T', 'u@test');"
                + " INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, created_at)"
                + " VALUES ('r', 'u', 'fetch', 200, now() - interval '40 seconds')");

        assertThat(warnings()).singleElement().asString().contains("nothing was ever sealed", "AUDITOR_DATABASE_URL");

        assertThat(CommandRun.of(operation, "audit", "seal").exitCode()).isZero();
        assertThat(warnings()).isEmpty();
        database.with("INSERT INTO auth.encryption_vault_audit (id, user_id, action, status, created_at)"
                + " VALUES ('s', 'u', 'fetch', 200, now() - interval '40 seconds')");
        assertThat(warnings()).singleElement().asString().contains("has waited for 4", "`audit seal --watch`");
    }

    @ParameterizedTest
    @CsvSource({"0,OK", "-10,WARN", "10,WARN", "-60,FAIL", "60,FAIL"})
    void aClockThatIsWrongIsFoundEitherWay(long seconds, String level) throws SQLException {
        var wrong = Clock.offset(Clock.systemUTC(), Duration.ofSeconds(seconds));
        try (var serving = database.connectAsApp()) {
            assertThat(new ClockDifference(wrong).look(serving, operation))
                    .extracting(finding -> finding.level().name())
                    .containsExactly(level);
        }
    }

    private static String text(DatabaseUrl url) {
        return "postgresql://%s:test@%s:%d/%s".formatted(url.role(), url.host(), url.port(), url.database());
    }

    private List<String> failures() {
        var run = CommandRun.of(operation, "doctor", "--json");
        assertThat(run.exitCode()).as(run.out()).isEqualTo(1);
        return findings(run, "fail");
    }

    private List<String> warnings() {
        var run = CommandRun.of(operation, "doctor", "--json");
        assertThat(run.exitCode()).as(run.out()).isZero();
        return findings(run, "warn");
    }

    private static List<String> findings(CommandRun run, String level) {
        return StreamSupport.stream(run.json().path("findings").spliterator(), false)
                .filter(finding -> finding.path("level").asText().equals(level))
                .map(finding -> finding.path("check").asText() + " "
                        + finding.path("text").asText())
                .toList();
    }

    private String fingerprint() {
        return operation.keks().fingerprint(V1).orElseThrow();
    }
}
