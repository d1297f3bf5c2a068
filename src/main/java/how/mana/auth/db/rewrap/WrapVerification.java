package how.mana.auth.db.rewrap;

import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.OperatorRing;
import java.sql.Connection;
import java.sql.SQLException;

/** Opens every key that is kept wrapped, and changes nothing. */
public final class WrapVerification {
    private static final int PAGE = 1_000;

    private final Connection connection;
    private final OperatorRing ring;
    private final Listener listener;
    private long opened;
    private long failed;

    /** @param connection as {@code mana_maintenance} */
    public WrapVerification(Connection connection, OperatorRing ring, Listener listener) {
        this.connection = connection;
        this.ring = ring;
        this.listener = listener;
    }

    /** Hears of each key that does not open, and how far it is. */
    public interface Listener {
        void doesNotOpen(Failure failure);

        void at(long looked);
    }

    /**
     * A key that does not open.
     *
     * @param kind what it is for
     * @param owner whose it is: a user id or a key id
     * @param reason from a fixed vocabulary
     */
    public record Failure(String kind, String owner, long generation, String kekId, String reason) {}

    /** How many there are. */
    public record Counts(long opened, long failed) {}

    /** Looks at all of them; keys that are written meanwhile may be seen or not. */
    public Counts run() throws SQLException {
        for (var table : WrapTables.ALL) {
            look(table);
        }
        return new Counts(opened, failed);
    }

    private void look(WrapTable table) throws SQLException {
        var last = new StoredWrap("", 0, "", 0, "", "", null);
        while (true) {
            ring.refresh();
            var page =
                    Jdbc.rows(connection, StoredWrap::read, table.after("true"), last.owner(), last.generation(), PAGE);
            if (page.isEmpty()) {
                return;
            }
            page.forEach(row -> open(table, row));
            listener.at(opened + failed);
            last = page.get(page.size() - 1);
        }
    }

    private void open(WrapTable table, StoredWrap row) {
        try {
            row.open(table, ring.ring()).close();
            opened++;
        } catch (StoredWrap.DoesNotOpenException e) {
            failed++;
            listener.doesNotOpen(new Failure(table.kind(), row.owner(), row.generation(), row.kekId(), e.reason()));
        }
    }
}
