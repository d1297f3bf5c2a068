package how.mana.auth.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.crypto.KekSettings;
import how.mana.auth.crypto.KekSources;
import how.mana.auth.db.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The secrets a self-hoster's first command makes. */
class SecretsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path home;

    @Test
    void onlyTheirOwnerReachesThemAndEveryContainerMayReadThem() throws Exception {
        var secrets = MadeSecrets.in(home);

        assertThat(secrets.exitCode()).as(secrets.output()).isZero();
        assertThat(permissions(secrets.directory())).isEqualTo("rwx------");
        assertThat(secrets.names()).isNotEmpty().allSatisfy(name -> assertThat(
                        permissions(secrets.directory().resolve(name)))
                .as(name)
                .isEqualTo("r--r--r--"));
    }

    @Test
    void theKekIsOneThatProductionTakes() throws Exception {
        var secrets = MadeSecrets.in(home);
        var kek = secrets.directory().resolve("kek");
        var settings = new KekSettings(
                Optional.empty(), Optional.of(kek), Optional.empty(), List.of(), Optional.empty(), true);

        var loaded = KekSources.load(settings, new SecureRandom());

        assertThat(loaded.usesDevKek()).isFalse();
        assertThat(secrets.output())
                .contains(kek.toString())
                .doesNotContain(secrets.content("kek").strip());
    }

    @Test
    void theServiceKeyAndTheCookieSecretAreLongAndTwo() throws Exception {
        var secrets = MadeSecrets.in(home);

        assertThat(Stream.of(secrets.content("service_key"), secrets.content("cookie_secret")))
                .doesNotHaveDuplicates()
                .allSatisfy(secret -> assertThat(secret).matches("[0-9a-f]{64}"));
    }

    /** What an earlier version made lacks them; a KEK or a password that is gone is not made up for. */
    @Test
    void askedAgainItAddsOnlyWhatCanBeMadeAnew() throws Exception {
        var first = MadeSecrets.in(home);
        var kek = first.content("kek");
        var serviceKey = first.content("service_key");
        Files.delete(first.directory().resolve("cookie_secret"));
        Files.delete(first.directory().resolve("database_url"));

        var second = MadeSecrets.in(home);

        assertThat(second.exitCode()).as(second.output()).isZero();
        assertThat(second.names()).contains("cookie_secret").doesNotContain("database_url");
        assertThat(permissions(second.directory().resolve("cookie_secret"))).isEqualTo("r--r--r--");
        assertThat(second.content("kek")).isEqualTo(kek);
        assertThat(second.content("service_key")).isEqualTo(serviceKey);
        assertThat(second.output()).contains("cookie_secret").doesNotContain(second.content("cookie_secret"));
    }

    @Test
    void ownerAppAndSealerAreThreeRolesOfOneDatabase() throws Exception {
        var secrets = MadeSecrets.in(home);
        var owner = DatabaseUrl.parse(secrets.content("migration_database_url").strip());
        var app = DatabaseUrl.parse(secrets.content("database_url").strip());
        var sealer = DatabaseUrl.parse(secrets.content("auditor_database_url").strip());

        assertThat(Stream.of(owner, app, sealer).map(DatabaseUrl::role)).doesNotHaveDuplicates();
        assertThat(Stream.of(owner, app, sealer).map(DatabaseUrl::database)).containsOnly("mana_platform");
        assertThat(Stream.of(owner.password(), app.password(), sealer.password(), secrets.content("postgres_password")))
                .doesNotHaveDuplicates()
                .allSatisfy(password -> assertThat(password).matches("[0-9a-f]{48}"));
    }

    @Test
    void twoMachinesShareNone() throws Exception {
        var here = MadeSecrets.in(Files.createDirectory(home.resolve("here")));
        var there = MadeSecrets.in(Files.createDirectory(home.resolve("there")));

        for (var name : here.names()) {
            assertThat(here.content(name)).isNotEqualTo(there.content(name));
        }
    }

    @Test
    void askedAgainItChangesNothing() throws Exception {
        var first = MadeSecrets.in(home);
        var before = new HashMap<String, String>();
        for (var name : first.names()) {
            before.put(name, first.content(name));
        }

        var second = MadeSecrets.in(home);

        assertThat(second.exitCode()).isEqualTo(1);
        assertThat(second.output()).contains("stays as it is");
        assertThat(second.names()).isEqualTo(before.keySet());
        for (var name : second.names()) {
            assertThat(second.content(name)).isEqualTo(before.get(name));
        }
    }

    @Test
    void gitNeverSeesThem() throws IOException {
        assertThat(Files.readAllLines(Path.of(".gitignore"))).contains("/src/main/docker/.secrets/");
    }

    private static String permissions(Path path) throws IOException {
        return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
    }
}
