package how.mana.auth.db.backup;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;

/** One moment of the database, for us and for whoever dumps it, held until {@link #close}. */
public final class Snapshot implements AutoCloseable {
    private static final String NOW = """
            SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            """;

    private final Connection connection;
    private final String id;
    private final String takenAt;
    private final Place place;
    private final Contents contents;

    private Snapshot(Connection connection) throws SQLException {
        this.connection = connection;
        this.id = Jdbc.strings(connection, "SELECT pg_export_snapshot()").get(0);
        this.takenAt = Jdbc.strings(connection, NOW).get(0);
        this.place = Place.of(connection);
        this.contents = Contents.of(connection);
    }

    /** @param connection as {@code mana_backup}; of this snapshot alone until it is closed */
    public static Snapshot take(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try {
            // It idles as long as the dump takes.
            Jdbc.execute(connection, """
                    SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
                    SET LOCAL statement_timeout = 0;
                    SET LOCAL idle_in_transaction_session_timeout = 0;
                    """);
            return new Snapshot(connection);
        } catch (SQLException e) {
            connection.rollback();
            throw e;
        }
    }

    /** What {@code pg_dump --snapshot} wants. */
    public String id() {
        return id;
    }

    /** Of a dump of this snapshot. @param sha256 of the dump, in hex */
    public Manifest manifest(String sha256) {
        return new Manifest(takenAt, sha256, place, contents);
    }

    @Override
    public void close() throws SQLException {
        connection.rollback();
    }
}
