package how.mana.auth.db.local;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LocalSecretTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // by JUnit
    Path directory;

    @Test
    void itOutlivesARunAndOnlyItsOwnerReadsIt() throws IOException {
        var file = directory.resolve("secret");

        var made = LocalSecret.keptIn(file);

        assertThat(made).matches("[0-9a-f]{64}");
        assertThat(LocalSecret.keptIn(file)).isEqualTo(made);
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(directory).isDirectoryNotContaining("glob:**.new");
    }

    @Test
    void noTwoMachinesShareIt() {
        assertThat(LocalSecret.keptIn(directory.resolve("one")))
                .isNotEqualTo(LocalSecret.keptIn(directory.resolve("two")));
    }

    @Test
    void whereItCannotBeKeptThePlaceIsNamed() {
        var nowhere = directory.resolve("nowhere").resolve("secret");

        assertThatExceptionOfType(LocalPostgresException.class)
                .isThrownBy(() -> LocalSecret.keptIn(nowhere))
                .withMessageContaining(nowhere.toString());
    }
}
