package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvironmentTest {
    private static final String URL = "postgresql://app:p%40ss@db.test:5433/mana";

    @Test
    void aDatabaseUrlBecomesThePoolsSettings() {
        assertThat(environment("DATABASE_URL", URL).settings())
                .containsEntry("quarkus.datasource.reactive.url", "postgresql://db.test:5433/mana")
                .containsEntry("quarkus.datasource.username", "app")
                .containsEntry("quarkus.datasource.password", "p@ss");
    }

    @Test
    void transportSecurityReachesTheReactiveDriver() {
        var settings = environment("DATABASE_URL", URL + "?sslmode=verify-full&sslrootcert=/etc/ca.pem")
                .settings();

        assertThat(settings)
                .containsEntry("quarkus.datasource.reactive.postgresql.ssl-mode", "verify-full")
                .containsEntry("quarkus.datasource.reactive.trust-certificate-pem.certs", "/etc/ca.pem")
                .containsEntry("quarkus.datasource.reactive.hostname-verification-algorithm", "HTTPS");
    }

    @Test
    void aDailyLimitReachesTheSignUp() {
        assertThat(environment("MAX_DAILY_SIGNUPS", "100").settings()).containsEntry("mana.signup.max-daily", "100");
    }

    @Test
    void aSyncDatabaseIsAPoolOfItsOwn() {
        var variables = Map.of("DATABASE_URL", URL, "SYNC_DATABASE_URL", "postgresql://app:s%24@sync.test/mana_sync");

        assertThat(new Environment(variables::get).settings())
                .containsEntry("quarkus.datasource.reactive.url", "postgresql://db.test:5433/mana")
                .containsEntry("quarkus.datasource.sync.active", "true")
                .containsEntry("quarkus.datasource.sync.reactive.url", "postgresql://sync.test:5432/mana_sync")
                .containsEntry("quarkus.datasource.sync.username", "app")
                .containsEntry("quarkus.datasource.sync.password", "s$");
    }

    @Test
    void theOtherServicesAreWhereTheyAreSaidToBe() {
        assertThat(environment("MANA_NOTIFY_URL", "http://notify.test:3013").settings())
                .containsEntry("mana.outbound.notify-url", "http://notify.test:3013");
        assertThat(environment("MANA_CREDITS_URL", "https://credits.test/api/").settings())
                .containsEntry("mana.outbound.credits-url", "https://credits.test/api/");
        assertThat(environment("MANA_MAIL_URL", "http://[::1]:3042").settings())
                .containsEntry("mana.outbound.mail-url", "http://[::1]:3042");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"notify:3013", "//notify:3013", "ftp://notify", "http://", "http://notify/?a", "http://a b"})
    void anAddressThatNoMailWouldReachIsRefused(String url) {
        var environment = environment("MANA_NOTIFY_URL", url);

        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(environment::settings)
                .withMessageContaining("MANA_NOTIFY_URL");
    }

    @Test
    void withoutASyncDatabaseNothingIsMigratedOrOpenedThere() {
        var variables = Map.of("DATABASE_URL", URL, "MIGRATION_DATABASE_URL", URL, "MIGRATION_SYNC_DATABASE_URL", URL);
        var environment = new Environment(variables::get);

        assertThat(environment.settings().keySet()).noneMatch(name -> name.contains(".sync."));
        assertThat(environment.syncUrl()).isEmpty();
        assertThat(environment.syncOwnerUrl()).isEmpty();
    }

    @Test
    void theSyncDatabaseIsMigratedByWhoMigratesTheMainOneUnlessAnotherIsNamed() {
        var sync = "postgresql://app:one@sync.test:5434/mana_sync?sslmode=require";
        var owner = "postgresql://owner:two@db.test/mana";
        var other = "postgresql://other:three@elsewhere.test/x";

        assertThat(environment("SYNC_DATABASE_URL", sync).syncOwnerUrl()).isEmpty();
        assertThat(new Environment(Map.of("SYNC_DATABASE_URL", sync, "MIGRATION_DATABASE_URL", owner)::get)
                        .syncOwnerUrl())
                .contains(DatabaseUrl.parse("postgresql://owner:two@sync.test:5434/mana_sync?sslmode=require"));
        assertThat(new Environment(Map.of(
                                "SYNC_DATABASE_URL", sync,
                                "MIGRATION_DATABASE_URL", owner,
                                "MIGRATION_SYNC_DATABASE_URL", other)::get)
                        .syncOwnerUrl())
                .contains(DatabaseUrl.parse(other));
    }

    @Test
    void blankCountsAsUnset() {
        var environment = new Environment(Map.of("PORT", "", "BASE_URL", "  ")::get);

        assertThat(environment.settings()).isEmpty();
    }

    @Test
    void thePortOfAProbeIsThatOfTheService() throws IOException {
        var properties = Files.readString(Path.of("src/main/resources/application.properties"));

        assertThat(properties.lines())
                .contains("quarkus.http.port=" + new Environment(Map.<String, String>of()::get).port());
        assertThat(environment("PORT", "8080").port()).isEqualTo(8080);
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() -> environment("PORT", "http").port())
                .withMessageContaining("PORT");
    }

    @Test
    void autoIsTheDefaultLogFormat() {
        assertThat(environment("LOGGER_FORMAT", "auto").settings()).isEmpty();
        assertThat(environment("LOGGER_FORMAT", "json").settings()).containsEntry("mana.log.format", "json");
    }

    @Test
    void theWordThatMakesUsersReachesItsSetting() {
        assertThat(environment("AUTH_PROVISION_USERS", "true").settings())
                .containsEntry("mana.token.external.provision-users", "true");
    }

    @Test
    void aSecretIsAlsoReadFromItsFile(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("url"), URL + "\n");

        assertThat(environment("DATABASE_URL_FILE", file.toString()).databaseUrl("DATABASE_URL"))
                .hasValueSatisfying(url -> assertThat(url.role()).isEqualTo("app"));
    }

    @Test
    void twoSourcesThatDifferAreRefusedWithoutNamingTheSecret(@TempDir Path directory) throws IOException {
        var file = Files.writeString(directory.resolve("url"), URL + "x");
        var variables = Map.of("DATABASE_URL", URL, "DATABASE_URL_FILE", file.toString());

        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() -> new Environment(variables::get).settings())
                .withMessageContaining("DATABASE_URL_FILE")
                .withMessageNotContaining("p%40ss");
    }

    @Test
    void aFileThatCannotBeReadIsNamed() {
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() ->
                        environment("DATABASE_URL_FILE", "/nowhere/at/all").settings())
                .withMessageContaining("/nowhere/at/all");
    }

    @Test
    void anUnusableUrlIsRefusedWithoutItsPassword() {
        assertThatExceptionOfType(BadEnvironmentException.class)
                .isThrownBy(() ->
                        environment("DATABASE_URL", "mysql://app:sesame@db/x").settings())
                .withMessageContaining("DATABASE_URL")
                .withMessageNotContaining("sesame");
    }

    private static Environment environment(String name, String value) {
        return new Environment(Map.of(name, value)::get);
    }
}
