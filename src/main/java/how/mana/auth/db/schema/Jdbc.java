package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.postgresql.Driver;

/** The few things migrations and boot checks need of JDBC. Blocking; nothing that serves requests comes here. */
final class Jdbc {
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private Jdbc() {}

    static Connection connect(DatabaseUrl url, String purpose) throws SQLException {
        var properties = new Properties();
        properties.setProperty("user", url.role());
        properties.setProperty("password", url.password());
        properties.setProperty("connectTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("loginTimeout", CONNECT_TIMEOUT_SECONDS);
        properties.setProperty("tcpKeepAlive", "true");
        properties.setProperty("ApplicationName", "mana-auth " + purpose);
        // The oldest that is supported. Knowing this, the driver introduces itself in one message instead of three.
        properties.setProperty("assumeMinServerVersion", "15");
        var connection = new Driver().connect(url.jdbcUrl(), properties);
        if (connection == null) {
            throw new SQLException("The driver does not accept " + url);
        }
        return connection;
    }

    static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row. */
    static List<String> strings(Connection connection, String sql, Object... parameters) throws SQLException {
        return rows(connection, row -> row.getString(1), sql, parameters);
    }

    static boolean isTrue(Connection connection, String sql, Object... parameters) throws SQLException {
        return rows(connection, row -> row.getBoolean(1), sql, parameters).contains(true);
    }

    static <T> List<T> rows(Connection connection, RowReader<T> reader, String sql, Object... parameters)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            for (var i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            try (var result = statement.executeQuery()) {
                var rows = new ArrayList<T>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return List.copyOf(rows);
            }
        }
    }

    /** Makes one thing of the row a result stands on. */
    interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
