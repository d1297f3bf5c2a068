package how.mana.auth.db.local;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/**
 * The roles and the databases an administrator makes once in production, made at every start here, so that a start that was
 * interrupted is completed by the next. The application's own tables and groups are the migrations' business.
 */
final class LocalRoles {
    static final String DATABASE = "mana_platform";
    static final String SYNC_DATABASE = "mana_sync";

    private LocalRoles() {}

    static void create(int port, LocalPasswords passwords) throws SQLException {
        PGSimpleDataSource server = new PGSimpleDataSource();
        server.setServerNames(new String[] {"127.0.0.1"});
        server.setPortNumbers(new int[] {port});
        server.setDatabaseName("postgres");
        server.setUser(LocalPasswords.SUPERUSER);
        server.setPassword(passwords.of(LocalPasswords.SUPERUSER));
        try (Connection connection = server.getConnection()) {
            role(connection, LocalPasswords.OWNER, "CREATEROLE", passwords);
            role(connection, LocalPasswords.APP, "NOCREATEROLE", passwords);
            database(connection, DATABASE);
            database(connection, SYNC_DATABASE);
        }
    }

    private static void database(Connection connection, String name) throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_database WHERE datname = ?", name)) {
            execute(connection, "CREATE DATABASE " + name + " OWNER " + LocalPasswords.OWNER);
        }
    }

    private static void role(Connection connection, String name, String right, LocalPasswords passwords)
            throws SQLException {
        if (!exists(connection, "SELECT 1 FROM pg_roles WHERE rolname = ?", name)) {
            execute(connection, "CREATE ROLE " + name);
        }
        execute(connection, "ALTER ROLE " + name + " LOGIN NOSUPERUSER NOBYPASSRLS NOCREATEDB NOREPLICATION " + right);
        // Hashed here: the server, and so its log, never sees the password itself.
        connection
                .unwrap(PGConnection.class)
                .alterUserPassword(name, passwords.of(name).toCharArray(), "scram-sha-256");
    }

    private static boolean exists(Connection connection, String query, String name) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(query)) {
            statement.setString(1, name);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next();
            }
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
