package how.mana.auth.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestPostgres;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class FailureLineTest {
    @Test
    void aFaultOfOursSaysWhereAndNotWhat() {
        var line = FailureLine.of(new IllegalStateException("hush"));

        assertThat(line)
                .contains("java.lang.IllegalStateException", "how.mana.auth.cli.FailureLineTest")
                .doesNotContain("hush");
    }

    @Test
    void theDatabaseIsNotHeardOnTheRowsItRefuses() throws SQLException {
        try (var database = TestPostgres.instance().createDatabase();
                var connection = database.connectAsOwner()) {
            Jdbc.execute(
                    connection, "CREATE TABLE secrets (secret text PRIMARY KEY); INSERT INTO secrets VALUES ('hush')");

            var refused = catchThrowableOfType(
                    SQLException.class, () -> Jdbc.update(connection, "INSERT INTO secrets VALUES (?)", "hush"));

            assertThat(refused.getMessage()).contains("hush");
            assertThat(FailureLine.of(refused))
                    .isEqualTo("The database: duplicate key value violates unique constraint \"secrets_pkey\""
                            + " (SQLSTATE 23505)");
        }
    }
}
