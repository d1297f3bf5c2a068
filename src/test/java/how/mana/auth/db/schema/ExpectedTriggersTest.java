package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ExpectedTriggersTest {
    @Test
    void theyAreThoseOfAMigratedDatabase() throws SQLException {
        try (var database = TestPostgres.instance().createDatabase().migrated();
                var app = database.connectAsApp()) {
            assertThat(ExpectedTriggers.differences(app)).isEmpty();
        }
    }
}
