package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assumptions.assumeThat;

import how.mana.auth.Eventually;
import how.mana.auth.IssuerServer;
import how.mana.auth.TestIssuer;
import how.mana.auth.db.jdbc.Jdbc;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The native image without Docker: its files in a root of their own, run as {@code compose.yml} runs them, on the database and
 * with the secrets of a first start.
 */
@Tag("native")
class NativeRootIT {
    private static final String VAULT = "/api/v1/me/encryption-vault";
    private static final ComposeFile COMPOSE = ComposeFile.read();

    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    static Path home;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static FirstStart database;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static IssuerServer issuer;

    @SuppressWarnings("NullAway.Init") // before all tests
    private static NativeRoot root;

    private final HttpClient client = HttpClient.newHttpClient();

    @BeforeAll
    static void migrate() throws Exception {
        issuer = IssuerServer.start(TestIssuer.fresh());
        database = FirstStart.in(home).initialised();
        root = NativeRoot.assemble(Files.createDirectory(home.resolve("root")));
        root.mount("database_url", database.url("database_url"));
        root.mount("migration_database_url", database.url("migration_database_url"));
        root.mount("auditor_database_url", database.url("auditor_database_url"));
        for (var secret : List.of("kek", "service_key", "cookie_secret")) {
            root.mount(secret, Files.readString(database.secret(secret)));
        }

        try (var migrate = run("migrate", 0, COMPOSE.service("migrate").list("command"))) {
            assumeThat(migrate.exitCode())
                    .as("neither root nor user namespaces here: %s", migrate.output())
                    .isNotEqualTo(Contained.NOT_ALLOWED);
            assertThat(migrate.exitCode()).as(migrate.output()).isZero();
            assertThat(migrate.output()).contains("migrated: ");
        }
        try (var superuser = database.connectAsSuperuser()) {
            superuser
                    .createStatement()
                    .execute("INSERT INTO auth.users (id, name, email) VALUES ('alice', 'A', 'a@test')");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        issuer.close();
        database.close();
    }

    @Test
    void itServesAVault() throws Exception {
        var port = freePort();
        try (var service = serving(port)) {
            assertThat(send(port, "GET", "/q/health/ready").statusCode()).isEqualTo(200);
            var created = send(port, "POST", VAULT + "/init");
            assertThat(created.statusCode()).as(service.output()).isEqualTo(200);
            assertThat(send(port, "GET", VAULT + "/key").body()).isEqualTo(created.body());
            Eventually.passes(() -> assertThat(sealed()).isEqualTo("2"));
        }
    }

    private static String sealed() throws SQLException {
        try (var superuser = database.connectAsSuperuser()) {
            return Jdbc.strings(superuser, "SELECT count(*) FROM auth.audit_seal")
                    .get(0);
        }
    }

    @Test
    void itHasNoRightsAndNoWayToAny() throws Exception {
        try (var service = serving(freePort())) {
            var status = Files.readString(proc(service).resolve("status"));

            assertThat(status.lines())
                    .contains("NoNewPrivs:\t1", "NSpid:\t" + service.first().pid() + "\t1")
                    .filteredOn(line -> line.matches("Cap(Inh|Prm|Eff|Amb):.*"))
                    .hasSize(4)
                    .allMatch(line -> line.endsWith("\t0000000000000000"));
            if (System.getProperty("user.name")
                    .equals("root")) { // in a user namespace it is the user who tests, outside
                assertThat(status.lines())
                        .contains("Uid:\t65532\t65532\t65532\t65532", "Gid:\t65532\t65532\t65532\t65532", "Groups:\t ");
            }
        }
    }

    @Test
    void nothingInItCanBeChanged() throws Exception {
        try (var service = serving(freePort())) {
            var inside = proc(service).resolve("root");

            // Not even from outside, over the service's own mounts.
            for (var file : List.of("new", "mana-auth", "etc/new", "dev/new", "run/secrets/new")) {
                assertThatExceptionOfType(FileSystemException.class)
                        .isThrownBy(() -> Files.writeString(inside.resolve(file), "x"))
                        .as(file)
                        .withMessageContaining("Read-only file system");
            }
            Files.writeString(inside.resolve("tmp/new"), "x");
        }
    }

    @Test
    void thereIsNothingElseInItToRun() throws IOException {
        try (var files = Files.walk(root.directory())) {
            assertThat(files.filter(Files::isRegularFile)
                            .filter(Files::isExecutable)
                            .map(file -> "/" + root.directory().relativize(file))
                            .filter(file -> !file.matches("/lib.*\\.so\\.\\d+")))
                    .containsExactly(root.image().entrypoint().get(0));
        }
    }

    @Test
    void theBaseImageHasEveryLibraryThatIsAskedFor() {
        assertThat(root.libraries().keySet()).contains("libc.so.6").isSubsetOf(root.librariesOfBase());
    }

    @Test
    void itStopsWhenItIsTold() throws Exception {
        try (var service = serving(freePort())) {
            service.first().destroy();

            assertThat(service.exitCode()).as(service.output()).isIn(0, 143);
        }
    }

    /** Started and ready, as the probe of the compose file sees it. */
    private static Contained serving(int port) throws Exception {
        var service = run("mana-auth", port, List.of());
        var giveUp = Instant.now().plusSeconds(30);
        while (service.isAlive() && Instant.now().isBefore(giveUp)) {
            try (var probe = Contained.start(root, environment("mana-auth", port), probe())) {
                if (probe.exitCode() == 0) {
                    assertThat(probe.output()).isEqualTo("ready\n");
                    return service;
                }
            }
        }
        try (service) {
            throw new IllegalStateException("never ready:\n" + service.output());
        }
    }

    private static List<String> probe() {
        var test = ComposeFile.list(COMPOSE.service("mana-auth").map("healthcheck"), "test");
        return test.subList(1, test.size());
    }

    private static Contained run(String service, int port, List<String> arguments) throws IOException {
        var command = new ArrayList<>(root.image().entrypoint());
        command.addAll(arguments);
        return Contained.start(root, environment(service, port), command);
    }

    /** What the compose file gives the container, and a port of its own, because the network is not. */
    private static Map<String, String> environment(String service, int port) {
        var environment = new HashMap<String, String>();
        COMPOSE.service(service).map("environment").forEach((name, value) -> environment.put(name, resolved(value)));
        environment.put("PORT", String.valueOf(port));
        return environment;
    }

    /** <code>${NAME:-default}</code>, of which only the issuer's are set. */
    private static String resolved(Object value) {
        return Pattern.compile("\\$\\{(\\w+):-(.*)}")
                .matcher(String.valueOf(value))
                .replaceAll(variable -> issuer.variables().getOrDefault(variable.group(1), variable.group(2)));
    }

    private HttpResponse<String> send(int port, String method, String path) throws IOException, InterruptedException {
        var request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        issuer.bearer("alice").forEach(request::header);
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static Path proc(Contained service) {
        return Path.of("/proc", String.valueOf(service.first().pid()));
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
