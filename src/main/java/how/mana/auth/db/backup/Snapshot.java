package how.mana.auth.db.backup;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** One moment of the database, for us and for whoever dumps it, held until {@link #close}. */
public final class Snapshot implements AutoCloseable {
    private static final String NOW = """
            SELECT to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')
            """;

    /** Row-level security leaves rows out without a word. Mail that is still to be sent is left out on purpose. */
    private static final String HIDDEN = """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('auth', 'spaces') AND c.relrowsecurity AND c.oid <> 'auth.outbox'::regclass
              AND (NOT EXISTS (SELECT FROM pg_policies p
                               WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.permissive = 'PERMISSIVE'
                                 AND p.cmd IN ('SELECT', 'ALL') AND p.qual = 'true'
                                 AND p.roles && ARRAY['mana_backup', 'public']::name[])
                   OR EXISTS (SELECT FROM pg_policies p
                              WHERE p.schemaname = n.nspname AND p.tablename = c.relname AND p.permissive = 'RESTRICTIVE'
                                AND p.cmd IN ('SELECT', 'ALL') AND p.roles && ARRAY['mana_backup', 'public']::name[]))
            ORDER BY 1
            """;

    private final Connection connection;
    private final List<String> hidden;
    private final String id;
    private final String takenAt;
    private final Place place;
    private final Contents contents;

    private Snapshot(Connection connection) throws SQLException {
        this.connection = connection;
        this.hidden = Jdbc.strings(connection, HIDDEN);
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

    /** Tables of which {@code mana_backup} may not see every row, so that a dump would not be whole. */
    public List<String> hidden() {
        return hidden;
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
