package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** Rows as they come, a few of them in memory at a time. Needs a transaction. */
final class Cursor<T> implements AutoCloseable {
    private static final int AT_ONCE = 2_000;

    private final PreparedStatement statement;
    private final ResultSet result;
    private final Jdbc.RowReader<T> reader;

    private Cursor(PreparedStatement statement, ResultSet result, Jdbc.RowReader<T> reader) {
        this.statement = statement;
        this.result = result;
        this.reader = reader;
    }

    static <T> Cursor<T> over(Connection connection, Jdbc.RowReader<T> reader, String sql, Object... parameters)
            throws SQLException {
        var statement = connection.prepareStatement(sql);
        try {
            statement.setFetchSize(AT_ONCE);
            for (var i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            return new Cursor<>(statement, statement.executeQuery(), reader);
        } catch (SQLException e) {
            statement.close();
            throw e;
        }
    }

    Optional<T> next() throws SQLException {
        return result.next() ? Optional.of(reader.read(result)) : Optional.empty();
    }

    @Override
    public void close() throws SQLException {
        statement.close();
    }
}
