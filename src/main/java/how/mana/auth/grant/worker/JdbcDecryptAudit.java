package how.mana.auth.grant.worker;

import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/** Rows of {@code mana_ai.decrypt_audit}, each in a transaction of its own, bound to its user by row-level security. */
public final class JdbcDecryptAudit implements DecryptAudit {
    private static final String AS_USER = "SELECT set_config('app.current_user_id', ?, true)"; // this transaction only
    private static final String INSERT = """
            INSERT INTO mana_ai.decrypt_audit
                (user_id, mission_id, iteration_id, table_name, record_id, status, reason)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;

    private final DataSource dataSource;

    /** Takes a connection for every row and gives it back. */
    public JdbcDecryptAudit(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void record(Attempt attempt) {
        try (var connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                become(connection, attempt.userId());
                insert(connection, attempt);
                connection.commit();
            } catch (SQLException | NotRecordedException e) {
                connection.rollback(); // a pool might hand the open transaction to someone else
                throw e;
            }
        } catch (SQLException e) {
            throw new NotRecordedException("The decrypt audit could not be written", e);
        }
    }

    private static void become(Connection connection, String userId) throws SQLException {
        try (var statement = connection.prepareStatement(AS_USER)) {
            statement.setString(1, userId);
            statement.execute();
        }
    }

    private static void insert(Connection connection, Attempt attempt) throws SQLException {
        try (var statement = connection.prepareStatement(INSERT)) {
            statement.setString(1, attempt.userId());
            statement.setString(2, attempt.missionId());
            statement.setString(3, attempt.iterationId().orElse(null));
            statement.setString(4, attempt.record().table());
            statement.setString(5, attempt.record().id());
            statement.setString(6, attempt.status().word());
            statement.setString(
                    7, attempt.refusal().map(FieldResult.Reason::word).orElse(null));
            if (statement.executeUpdate() != 1) { // a trigger or a rule may swallow the row without an error
                throw new NotRecordedException("The decrypt audit did not take the row");
            }
        }
    }
}
