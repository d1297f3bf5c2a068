package how.mana.auth;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/** The databases of the service under test, seen by their superuser: what is really stored. */
public final class AdminDatabase {
    private static final String KEY = "test.admin-database";

    private AdminDatabase() {}

    static void publish(TestDatabase database) {
        // A property, because the framework loads test resources and tests by different class loaders.
        System.setProperty(KEY + ".host", database.adminUrl().host());
        System.setProperty(KEY + ".port", String.valueOf(database.adminUrl().port()));
        System.setProperty(KEY + ".role", database.adminUrl().role());
        System.setProperty(KEY + ".password", database.adminUrl().password());
        System.setProperty(KEY + ".database", database.adminUrl().database());
    }

    public static Connection connect() throws SQLException {
        return connectTo(of("database"));
    }

    /** To the sync database, see {@link TestPostgres#createSyncDatabase}. */
    public static Connection connectToSync() throws SQLException {
        return connectTo(of("database") + "_sync");
    }

    /** The sync database for the role that serves, and for the worker: what row-level security binds. */
    public static DataSource syncAsApp() {
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {of("host")});
        source.setPortNumbers(new int[] {Integer.parseInt(of("port"))});
        source.setDatabaseName(of("database") + "_sync");
        source.setUser(of("database") + "_app");
        source.setPassword("test");
        return source;
    }

    /** As if Postgres had stopped, for everybody but its superuser: connections end, and no new one is taken. */
    public static void closeToTheService() throws SQLException {
        execute("ALTER ROLE " + of("database") + "_app NOLOGIN");
        execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = ?", of("database") + "_app");
    }

    /** Ends {@link #closeToTheService}. */
    public static void openToTheService() throws SQLException {
        execute("ALTER ROLE " + of("database") + "_app LOGIN");
    }

    private static Connection connectTo(String database) throws SQLException {
        return TestPostgres.connect(DatabaseUrl.parse(
                "postgresql://%s:%s@%s:%s/%s".formatted(of("role"), of("password"), of("host"), of("port"), database)));
    }

    private static String of(String part) {
        return System.getProperty(KEY + "." + part);
    }

    /** Runs one statement. @return how many rows it changed */
    public static int execute(String sql, @Nullable Object... arguments) {
        return execute(AdminDatabase::connect, sql, arguments);
    }

    /** The same past every trigger, as only a superuser can. @return how many rows it changed */
    public static int tamper(String sql, @Nullable Object... arguments) {
        return execute(
                () -> {
                    var connection = connect();
                    Jdbc.execute(connection, "SET session_replication_role = replica");
                    return connection;
                },
                sql,
                arguments);
    }

    /** Runs one statement in the sync database. @return how many rows it changed */
    public static int executeInSync(String sql, @Nullable Object... arguments) {
        return execute(AdminDatabase::connectToSync, sql, arguments);
    }

    /** Every row as a map from column to value. */
    public static List<Map<String, Object>> rows(String sql, @Nullable Object... arguments) {
        return rows(AdminDatabase::connect, sql, arguments);
    }

    /** Every row of the sync database as a map from column to value. */
    public static List<Map<String, Object>> rowsInSync(String sql, @Nullable Object... arguments) {
        return rows(AdminDatabase::connectToSync, sql, arguments);
    }

    private static int execute(Door door, String sql, @Nullable Object... arguments) {
        try (var connection = door.open();
                var statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            statement.execute();
            return Math.max(0, statement.getUpdateCount());
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static List<Map<String, Object>> rows(Door door, String sql, @Nullable Object... arguments) {
        try (var connection = door.open();
                var statement = connection.prepareStatement(sql)) {
            bind(statement, arguments);
            try (var result = statement.executeQuery()) {
                var rows = new ArrayList<Map<String, Object>>();
                while (result.next()) {
                    var row = new LinkedHashMap<String, Object>();
                    for (var i = 1; i <= result.getMetaData().getColumnCount(); i++) {
                        row.put(result.getMetaData().getColumnName(i), result.getObject(i));
                    }
                    rows.add(row);
                }
                return rows;
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e.getMessage(), e);
        }
    }

    private static void bind(PreparedStatement statement, @Nullable Object... arguments) throws SQLException {
        for (var i = 0; i < arguments.length; i++) {
            statement.setObject(i + 1, arguments[i]);
        }
    }

    private interface Door {
        Connection open() throws SQLException;
    }
}
