package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import how.mana.auth.db.DatabaseUrl;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;

class ServingConnectionTest {
    @Test
    void theConnectionThatWasOpenedEarlyIsHandedOutOnce() throws SQLException {
        try (var database = TestPostgres.instance().createDatabase()) {
            ServingConnection.openEarly(database.appUrl());

            try (var early = ServingConnection.open(database.appUrl());
                    var later = ServingConnection.open(database.appUrl())) {
                assertThat(early.isValid(1)).isTrue();
                assertThat(later.isValid(1)).isTrue();
                assertThat(later).isNotSameAs(early);
            }
        }
    }

    @Test
    void whatWentWrongEarlyIsSaidWhereTheConnectionIsWanted() throws SQLException {
        try (var database = TestPostgres.instance().createDatabase()) {
            var url = database.appUrl();
            var wrong = new DatabaseUrl(
                    "nobody_" + url.role(),
                    url.password(),
                    url.host(),
                    url.port(),
                    url.database(),
                    url.sslMode(),
                    url.sslRootCert());
            ServingConnection.openEarly(wrong);

            assertThatThrownBy(() -> ServingConnection.open(wrong))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining(wrong.role());
        }
    }
}
