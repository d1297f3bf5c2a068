package how.mana.auth.db.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postgresql.ds.PGSimpleDataSource;

/** All tests use one directory, because unpacking takes seconds; each leaves it with no server running. */
class LocalPostgresTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    static Path directory;

    @Test
    void anEmptyDirectoryBecomesADatabaseOfTheOwnerAndSaysWhatTakesLong(@TempDir Path empty) throws Exception {
        List<String> progress = new ArrayList<>();

        try (LocalPostgres postgres = LocalPostgres.start(empty.resolve("a").resolve("b"), progress::add)) {
            assertThat(progress).hasSize(2).last().asString().contains("creating the database cluster");
            assertThat(postgres.appUrl())
                    .startsWith("postgresql://mana_auth_app:")
                    .endsWith("/mana_platform");
            assertThat(as(
                            postgres,
                            LocalPasswords.OWNER,
                            "SELECT pg_get_userbyid(datdba) FROM pg_database" + " WHERE datname = current_database()"))
                    .isEqualTo("mana_auth_owner");
        }
    }

    @Test
    void theSyncDatabaseIsTheOwnersToo() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(postgres.syncUrl())
                    .startsWith("postgresql://mana_auth_app:")
                    .endsWith("/mana_sync");
            assertThat(as(
                            postgres,
                            LocalPasswords.OWNER,
                            "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = 'mana_sync'"))
                    .isEqualTo("mana_auth_owner");
        }
    }

    @Test
    void whatWasWrittenIsThereAfterARestart() throws Exception {
        try (LocalPostgres postgres = start()) {
            as(postgres, LocalPasswords.OWNER, "CREATE SCHEMA kept; SELECT 1");
        }

        try (LocalPostgres postgres = start()) {
            assertThat(as(postgres, LocalPasswords.OWNER, "SELECT count(*) FROM pg_namespace WHERE nspname = 'kept'"))
                    .isEqualTo("1");
        }
    }

    @Test
    void nobodyIsTrusted() throws Exception {
        try (LocalPostgres postgres = start()) {
            for (String role : List.of(LocalPasswords.SUPERUSER, LocalPasswords.OWNER, LocalPasswords.APP)) {
                assertThatThrownBy(() -> query(postgres.port(), role, "wrong", "SELECT 1"))
                        .isInstanceOf(SQLException.class)
                        .hasFieldOrPropertyWithValue("SQLState", "28P01");
            }
            assertThat(as(
                            postgres,
                            LocalPasswords.SUPERUSER,
                            "SELECT string_agg(DISTINCT auth_method, ',')" + " FROM pg_hba_file_rules"))
                    .isEqualTo("scram-sha-256");
        }
    }

    @Test
    void nobodyElseOnTheNetworkOrTheMachineSeesTheServerOrItsFiles() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(setting(postgres, "listen_addresses")).isEqualTo("127.0.0.1");
            assertThat(setting(postgres, "unix_socket_directories")).isEmpty();
            assertThat(permissions("passwords")).isEqualTo("rw-------");
            assertThat(permissions("cluster")).isEqualTo("rwx------");
        }
    }

    @Test
    void aCommitIsOnDiskWhenItReturns() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(setting(postgres, "fsync")).isEqualTo("on");
            assertThat(setting(postgres, "synchronous_commit")).isEqualTo("on");
            assertThat(setting(postgres, "full_page_writes")).isEqualTo("on");
        }
    }

    @Test
    void theRoleThatServesHasNoPowers() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(as(
                            postgres,
                            LocalPasswords.APP,
                            "SELECT rolsuper OR rolbypassrls OR rolcreaterole"
                                    + " OR rolcreatedb OR rolreplication FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("f");
        }
    }

    @Test
    void theOwnerMayCreateRolesButIsNoSuperuser() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThat(as(
                            postgres,
                            LocalPasswords.OWNER,
                            "SELECT rolcreaterole AND NOT rolsuper AND NOT rolbypassrls"
                                    + " FROM pg_roles WHERE rolname = current_user"))
                    .isEqualTo("t");
        }
    }

    @Test
    void aSecondStartOnTheSameDataIsRefusedAndLeavesTheFirstAlone() throws Exception {
        try (LocalPostgres postgres = start()) {
            assertThatThrownBy(LocalPostgresTest::start)
                    .isInstanceOf(LocalPostgresException.class)
                    .hasMessageContaining(
                            "in use by process " + ProcessHandle.current().pid());
            assertThat(as(postgres, LocalPasswords.APP, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void theServerOfAKilledRunIsStoppedAndItsDataKept() throws Exception {
        Process run = startInAnotherProcess();
        ProcessHandle orphan = ProcessHandle.of(postmaster()).orElseThrow();
        run.destroyForcibly().waitFor();
        assertThat(orphan.isAlive()).isTrue();

        List<String> progress = new ArrayList<>();
        try (LocalPostgres postgres = LocalPostgres.start(directory, progress::add)) {
            assertThat(progress).singleElement().asString().contains("killed run");
            assertThat(postmaster()).isNotEqualTo(orphan.pid());
            assertThat(as(postgres, LocalPasswords.APP, "SELECT 1")).isEqualTo("1");
        }
    }

    @Test
    void aStrangerWithTheProcessIdOfTheLastServerIsLeftAlone() throws Exception {
        start().close();
        Process stranger = new ProcessBuilder("sleep", "60").start();
        Files.writeString(directory.resolve("cluster/postmaster.pid"), stranger.pid() + "\n");

        start().close();

        assertThat(stranger.isAlive()).isTrue();
        stranger.destroy();
    }

    @Test
    void dataOfAnotherMajorVersionIsRefusedWithBothNamed() throws Exception {
        start().close();
        Path version = directory.resolve("cluster/PG_VERSION");
        String ours = Files.readString(version);
        Files.writeString(version, "9\n");

        try {
            assertThatThrownBy(LocalPostgresTest::start)
                    .isInstanceOf(LocalPostgresException.class)
                    .hasMessageContainingAll("belongs to Postgres 9", "brings Postgres " + ours.strip());
        } finally {
            Files.writeString(version, ours);
        }
    }

    @Test
    void lostPasswordsAreNotReplaced() throws Exception {
        start().close();
        Path passwords = directory.resolve("passwords");
        Path away = directory.resolve("away");
        Files.move(passwords, away);

        try {
            assertThatThrownBy(LocalPostgresTest::start)
                    .isInstanceOf(LocalPostgresException.class)
                    .hasMessageContaining(passwords.getFileName() + " is missing");
        } finally {
            Files.move(away, passwords);
        }
    }

    /** Serves until it is killed. */
    static final class Run {
        Run() {}

        public static void main(String... args) throws InterruptedException {
            LocalPostgres.start(Path.of(args[0]), line -> {});
            System.out.println("started");
            Thread.sleep(Long.MAX_VALUE);
        }
    }

    private static Process startInAnotherProcess() throws IOException {
        Process run = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Run.class.getName(),
                        directory.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(run.inputReader().readLine()).isEqualTo("started");
        return run;
    }

    private static LocalPostgres start() {
        return LocalPostgres.start(directory, line -> {});
    }

    private static long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("cluster/postmaster.pid"))
                .get(0)
                .strip());
    }

    private static String permissions(String name) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(name)));
    }

    private static String setting(LocalPostgres postgres, String name) throws Exception {
        return as(postgres, LocalPasswords.SUPERUSER, "SHOW " + name);
    }

    private static String as(LocalPostgres postgres, String role, String sql) throws Exception {
        return query(postgres.port(), role, postgres.passwordOf(role), sql);
    }

    private static String query(int port, String role, String password, String sql) throws SQLException {
        PGSimpleDataSource database = new PGSimpleDataSource();
        database.setServerNames(new String[] {"127.0.0.1"});
        database.setPortNumbers(new int[] {port});
        database.setDatabaseName(LocalRoles.DATABASE);
        try (Connection connection = database.getConnection(role, password);
                Statement statement = connection.createStatement()) {
            for (boolean rows = statement.execute(sql); !rows; ) {
                rows = statement.getMoreResults();
            }
            ResultSet result = statement.getResultSet();
            result.next();
            return result.getString(1);
        }
    }
}
