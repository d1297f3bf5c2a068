package how.mana.auth.db.jdbc;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import org.jspecify.annotations.Nullable;
import org.postgresql.Driver;

/** The few things migrations, boot checks and commands need of JDBC. Blocking; nothing that serves requests comes here. */
public final class Jdbc {
    private static final String CONNECT_TIMEOUT_SECONDS = "10";

    private Jdbc() {}

    /**
     * A connection of its own, in no pool, that commits each statement until told otherwise.
     *
     * @param purpose shown in {@code pg_stat_activity} after the service's name
     */
    public static Connection connect(DatabaseUrl url, String purpose) throws SQLException {
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

    /** Runs {@code sql}, which may be several statements and takes no parameters. */
    public static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The first column of every row. */
    public static List<String> strings(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        return rows(connection, row -> row.getString(1), sql, parameters);
    }

    /** Whether any row says {@code true} in its first column. */
    public static boolean isTrue(Connection connection, String sql, @Nullable Object... parameters)
            throws SQLException {
        return rows(connection, row -> row.getBoolean(1), sql, parameters).contains(true);
    }

    /** What {@code reader} makes of each row. */
    public static <T> List<T> rows(
            Connection connection, RowReader<T> reader, String sql, @Nullable Object... parameters)
            throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            try (var result = statement.executeQuery()) {
                var rows = new ArrayList<T>();
                while (result.next()) {
                    rows.add(reader.read(result));
                }
                return List.copyOf(rows);
            }
        }
    }

    /**
     * Runs one statement that changes rows.
     *
     * @return how many it changed
     */
    public static int update(Connection connection, String sql, @Nullable Object... parameters) throws SQLException {
        try (var statement = connection.prepareStatement(sql)) {
            bind(statement, parameters);
            return statement.executeUpdate();
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... parameters) throws SQLException {
        for (var i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
    }

    /** Makes one thing of the row a result stands on. */
    public interface RowReader<T> {
        T read(ResultSet row) throws SQLException;
    }
}
