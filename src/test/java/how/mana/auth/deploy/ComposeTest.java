package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What can be said of the compose file without Docker. */
class ComposeTest {
    private static final ComposeFile FILE = ComposeFile.read();
    private static final String MOUNTED = "/run/secrets/";

    @Test
    void aPostgresAMigrationAndTheService() {
        assertThat(FILE.services())
                .extracting(ComposeFile.Service::name)
                .containsExactly("postgres", "migrate", "mana-auth");
        assertThat(FILE.ours()).extracting(ComposeFile.Service::name).containsExactly("migrate", "mana-auth");
    }

    @Test
    void noContainerMayMoreThanItsWork() {
        assertThat(FILE.services()).allSatisfy(service -> {
            assertThat(service.text("read_only")).isEqualTo("true");
            assertThat(service.list("cap_drop")).containsExactly("ALL");
            assertThat(service.list("security_opt")).containsExactly("no-new-privileges:true");
            assertThat(service.text("user")).matches("[1-9]\\d*:[1-9]\\d*");
            assertThat(service.map("ulimits")).containsEntry("core", 0);
            assertThat(service.text("mem_limit")).isNotEmpty();
            assertThat(service.text("pids_limit")).isNotEmpty();
            assertThat(service.settings())
                    .doesNotContainKeys(
                            "privileged", "cap_add", "devices", "network_mode", "pid", "ipc", "userns_mode");
            assertThat(service.list("volumes")).noneMatch(volume -> volume.contains("docker.sock"));
            assertThat(service.list("ports"))
                    .allSatisfy(port -> assertThat(port).startsWith("127.0.0.1:"));
        });
    }

    @Test
    void memoryWithKeysIsNotSwappedOut() {
        assertThat(FILE.ours())
                .allSatisfy(service -> assertThat(service.text("memswap_limit")).isEqualTo(service.text("mem_limit")));
    }

    @Test
    void onlyTheServiceIsSeenFromOutside() {
        assertThat(ComposeFile.map(ComposeFile.map(FILE.root(), "networks"), "database"))
                .containsEntry("internal", true);
        assertThat(FILE.services())
                .filteredOn(service -> !service.name().equals("mana-auth"))
                .allSatisfy(service -> assertThat(service.list("networks")).containsExactly("database"))
                .allSatisfy(service -> assertThat(service.list("ports")).isEmpty());
    }

    @Test
    void theImageIsBuiltHereFromThisVersionAndRunsAsItsUser() throws IOException {
        var version = firstIn(Path.of("pom.xml"), "<artifactId>mana-auth</artifactId>\\s*<version>([^<]+)<");

        assertThat(FILE.ours()).allSatisfy(service -> {
            assertThat(service.text("image")).isEqualTo("localhost/mana-auth:" + version);
            assertThat(service.text("user")).isEqualTo(image().lastOf("USER").orElse("none"));
        });
        // Two that build one image get into each other's way.
        assertThat(FILE.services())
                .filteredOn(service -> service.has("build"))
                .extracting(ComposeFile.Service::name)
                .containsExactly("mana-auth");
        var build = FILE.service("mana-auth").map("build");
        assertThat(ComposeFile.resolve(String.valueOf(build.get("context")))).isEqualTo(Path.of(""));
        assertThat(Path.of(String.valueOf(build.get("dockerfile")))).exists();
        assertThat(FILE.service("mana-auth").text("pull_policy")).isEqualTo("build");
        assertThat(FILE.service("migrate").text("pull_policy")).isEqualTo("never");
    }

    @Test
    void everyOtherImageHasAVersion() {
        assertThat(FILE.services())
                .filteredOn(service -> !FILE.ours().contains(service))
                .isNotEmpty()
                .allSatisfy(service ->
                        assertThat(service.text("image")).matches("docker\\.io/library/postgres:17\\.\\d+.*"));
    }

    @Test
    void everySecretIsDeclaredAndMadeByTheScript(@TempDir Path home) throws Exception {
        var made = MadeSecrets.in(home);

        var used = FILE.services().stream()
                .flatMap(service -> service.list("secrets").stream())
                .collect(Collectors.toSet());
        assertThat(FILE.secrets()).containsOnlyKeys(used);
        assertThat(FILE.secrets()).allSatisfy((name, secret) -> assertThat(secret)
                .isEqualTo(Map.of("file", "./" + made.directory().getFileName() + "/" + name)));
        assertThat(made.names()).isEqualTo(used);
    }

    @Test
    void eachContainerIsGivenTheSecretsItReadsAndNoOther() {
        assertThat(FILE.ours())
                .allSatisfy(service -> assertThat(readBy(service)).hasSameElementsAs(service.list("secrets")));
        assertThat(FILE.services())
                .filteredOn(service -> service.list("secrets").stream()
                        .anyMatch(Set.of("kek", "service_key", "cookie_secret")::contains))
                .extracting(ComposeFile.Service::name)
                .containsExactly("mana-auth");
    }

    private static List<String> readBy(ComposeFile.Service service) {
        return service.map("environment").values().stream()
                .map(String::valueOf)
                .filter(value -> value.startsWith(MOUNTED))
                .map(value -> value.substring(MOUNTED.length()))
                .toList();
    }

    @Test
    void noSecretIsInTheEnvironment() {
        assertThat(FILE.services())
                .allSatisfy(service -> assertThat(service.map("environment")).allSatisfy((name, value) -> {
                    if (name.matches(".*(PASSWORD|SECRET|TOKEN|KEK|SERVICE_KEY|DATABASE_URL).*")) {
                        assertThat(name).endsWith("_FILE");
                        assertThat(String.valueOf(value)).startsWith(MOUNTED);
                    }
                    assertThat(String.valueOf(value)).doesNotContainPattern("://[^/]*@");
                }));
    }

    /** Empty counts as unset, so that what nobody set has its default. */
    @Test
    void whatAnOperatorMaySetIsPassedOn() {
        var passed = FILE.service("mana-auth").map("environment");

        for (var name : List.of(
                "CORS_ORIGINS",
                "COOKIE_DOMAIN",
                "TRUSTED_ORIGINS",
                "MAX_DAILY_SIGNUPS",
                "MANA_NOTIFY_URL",
                "MANA_CREDITS_URL",
                "MANA_MAIL_URL")) {
            assertThat(passed).containsEntry(name, "${" + name + ":-}");
        }
    }

    @Test
    void everyVariableIsDocumented() throws IOException {
        var documented = documentedVariables();

        assertThat(documented).contains("DATABASE_URL", "BASE_URL", "AUTH_ISSUER");
        assertThat(FILE.ours()).allSatisfy(service -> assertThat(documented)
                .containsAll(service.map("environment").keySet()));
    }

    /** The first column of the README's tables, and of what its text says so of also the names of their files. */
    private static Set<String> documentedVariables() throws IOException {
        var names = Files.readAllLines(Path.of("README.md")).stream()
                .filter(line -> line.startsWith("| `"))
                .flatMap(line -> Pattern.compile("`([A-Z_]+)`")
                        .matcher(line.split("\\|")[1])
                        .results()
                        .map(name -> name.group(1)))
                .collect(Collectors.toSet());
        names.addAll(Set.of(
                "DATABASE_URL_FILE",
                "MIGRATION_DATABASE_URL_FILE",
                "AUDITOR_DATABASE_URL_FILE",
                "MANA_SERVICE_KEY_FILE",
                "BETTER_AUTH_SECRET_FILE"));
        return names;
    }

    @Test
    void whatIsMountedIsThere() {
        assertThat(FILE.services().stream().flatMap(service -> service.list("volumes").stream()))
                .filteredOn(volume -> volume.startsWith("."))
                .isNotEmpty()
                .allSatisfy(volume -> {
                    assertThat(ComposeFile.resolve(volume.split(":")[0])).isRegularFile();
                    assertThat(volume).endsWith(":ro");
                });
    }

    @Test
    void theServiceStartsOnAMigratedDatabase() {
        assertThat(condition("migrate", "postgres")).isEqualTo("service_healthy");
        assertThat(condition("mana-auth", "postgres")).isEqualTo("service_healthy");
        assertThat(condition("mana-auth", "migrate")).isEqualTo("service_completed_successfully");
        assertThat(FILE.service("migrate").list("command")).containsExactly("migrate");
        assertThat(FILE.service("migrate").text("restart")).isEqualTo("no");
    }

    @Test
    void healthIsAskedWithoutAShell() {
        assertThat(health("postgres")).startsWith("CMD", "pg_isready", "--host=127.0.0.1");
        assertThat(health("mana-auth"))
                .containsExactly("CMD", image().entrypoint().get(0), "health");
    }

    @Test
    void itIsNotKilledBeforeItHasFinished() throws IOException {
        var properties = Files.readString(Path.of("src/main/resources/application.properties"));
        var needed = Pattern.compile("(?m)^quarkus\\.shutdown\\.(?:timeout|delay)=(\\d+)s$")
                .matcher(properties)
                .results()
                .mapToLong(setting -> Long.parseLong(setting.group(1)))
                .sum();

        assertThat(needed).isPositive();
        assertThat(Duration.parse("PT" + FILE.service("mana-auth").text("stop_grace_period")))
                .isGreaterThan(Duration.ofSeconds(needed));
    }

    private static List<String> health(String service) {
        return ComposeFile.list(FILE.service(service).map("healthcheck"), "test");
    }

    private static Object condition(String service, String other) {
        return ComposeFile.map(FILE.service(service).map("depends_on"), other).getOrDefault("condition", "none");
    }

    private static Dockerfile.Stage image() {
        var dockerfile =
                Path.of(String.valueOf(FILE.service("mana-auth").map("build").get("dockerfile")));
        return Dockerfile.read(dockerfile.getFileName().toString()).last();
    }

    private static String firstIn(Path file, String pattern) throws IOException {
        return Pattern.compile(pattern)
                .matcher(Files.readString(file))
                .results()
                .map((MatchResult found) -> found.group(1))
                .findFirst()
                .orElseThrow();
    }
}
