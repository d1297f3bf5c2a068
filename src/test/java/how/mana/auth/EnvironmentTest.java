package how.mana.auth;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
