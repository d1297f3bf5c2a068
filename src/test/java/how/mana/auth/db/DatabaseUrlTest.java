package how.mana.auth.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseUrlTest {
    @Test
    void everyPartIsRead() {
        var url = DatabaseUrl.parse(
                "postgresql://mana:s3cret@db.example:6543/mana_platform?sslmode=verify-full&sslrootcert=%2Fetc%2Fpg%20ca.pem");

        assertThat(url.role()).isEqualTo("mana");
        assertThat(url.password()).isEqualTo("s3cret");
        assertThat(url.host()).isEqualTo("db.example");
        assertThat(url.port()).isEqualTo(6543);
        assertThat(url.database()).isEqualTo("mana_platform");
        assertThat(url.sslMode()).contains("verify-full");
        assertThat(url.sslRootCert()).contains("/etc/pg ca.pem");
    }

    @Test
    void thePortDefaultsToPostgres() {
        assertThat(DatabaseUrl.parse("postgres://mana:p@localhost/db").port()).isEqualTo(5432);
    }

    @Test
    void partsArePercentDecodedAndPlusIsPlus() {
        var url = DatabaseUrl.parse("postgresql://m%40na:p%2Fa%3As%25s+w%C3%B6rd@localhost/d%2Fb");

        assertThat(url.role()).isEqualTo("m@na");
        assertThat(url.password()).isEqualTo("p/a:s%s+wörd");
        assertThat(url.database()).isEqualTo("d/b");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://localhost:5432/d%2Fb");
    }

    @Test
    void anIpv6HostLosesAndRegainsItsBrackets() {
        var url = DatabaseUrl.parse("postgresql://mana:p@[::1]:6543/db");

        assertThat(url.host()).isEqualTo("::1");
        assertThat(url.port()).isEqualTo(6543);
        assertThat(url.reactiveUrl()).isEqualTo("postgresql://[::1]:6543/db");
    }

    @Test
    void bothDriversAreToldHowToEncrypt() {
        var url = DatabaseUrl.parse("postgresql://mana:p@h/db?sslmode=verify-ca&sslrootcert=/ca.pem");

        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h:5432/db?sslmode=verify-ca&sslrootcert=%2Fca.pem");
        assertThat(url.reactiveUrl()).isEqualTo("postgresql://h:5432/db?sslmode=verify-ca");
    }

    @Test
    void otherParametersAreIgnored() {
        var url =
                DatabaseUrl.parse("postgresql://mana:p@h/db?application_name=x&password=other&sslmode=require&connect");

        assertThat(url.password()).isEqualTo("p");
        assertThat(url.jdbcUrl()).isEqualTo("jdbc:postgresql://h:5432/db?sslmode=require");
    }

    @Test
    void noTextOfItContainsThePassword() {
        var url = DatabaseUrl.parse("postgresql://mana:hunter2@h/db?password=hunter2&sslmode=require");

        assertThat(url.toString()).doesNotContain("hunter2");
        assertThat(url.jdbcUrl()).doesNotContain("hunter2");
        assertThat(url.reactiveUrl()).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mysql://mana:hunter2@h/db",
                "mana:hunter2@h/db",
                "postgresql://h/hunter2",
                "postgresql://:hunter2@h/db",
                "postgresql://mana:hunter2@h",
                "postgresql://mana:hunter2@h/",
                "postgresql://mana:hunter2@/db",
                "postgresql://mana:hunter2@h:port/db",
                "postgresql://mana:hunter2@h:0/db",
                "postgresql://mana:hunter2@h:65536/db",
                "postgresql://mana:hunter2@[::1/db",
                "postgresql://mana:hunter2%@h/db",
                "postgresql://mana:hunter2%zz@h/db",
                "postgresql://mana:hunter2%00@h/db",
                "postgresql://mana:hunter2%ff@h/db",
                "postgresql://mana:hunter2@h/db?sslmode=hunter2",
                "postgresql://mana:hunter2@h/db?sslrootcert=",
            })
    void aMalformedUrlIsRefusedWithoutRepeatingIt(String malformed) {
        assertThatExceptionOfType(IllegalArgumentException.class)
                .isThrownBy(() -> DatabaseUrl.parse(malformed))
                .withMessageStartingWith("The database URL ")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hunter2"));
    }

    @ParameterizedTest
    @CsvSource({"disable", "allow", "prefer", "require", "verify-ca", "verify-full"})
    void everySslModeOfPostgresIsKnown(String mode) {
        assertThat(DatabaseUrl.parse("postgresql://m:p@h/db?sslmode=" + mode).sslMode())
                .contains(mode);
    }
}
