package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.KekId;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.OperatorRing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * One sweep over everything that is wrapped, to the active KEK and format 2. Works in batches of its own transactions; what
 * is committed stays, wherever it ends. Safe beside other sweeps and a service that serves.
 */
public final class Rewrap {
    private static final int BATCH = 500;
    private static final Duration FOR_LOCKED_ROWS = Duration.ofMillis(200);
    private static final String SUPERSEDED = "MK001";

    private static final String BEGIN = "INSERT INTO auth.rewrap_runs (id, kek_id, total) VALUES (?, ?, ?)";
    private static final String REPORT =
            "UPDATE auth.rewrap_runs SET done = ?, failed = ?, seen_at = now() WHERE id = ?";
    private static final String END = "UPDATE auth.rewrap_runs SET finished_at = now(), seen_at = now() WHERE id = ?";
    private static final String CLOSE_FENCE = """
            UPDATE auth.service_state SET min_wrap_format = 2
            WHERE min_wrap_format < 2 AND NOT EXISTS (%s)
            """.formatted(WrapTables.OF_FORMAT_1);

    private final UUID run = UUID.randomUUID();
    private final Connection connection;
    private final OperatorRing ring;
    private final Watch watch;
    private long total;
    private long done;
    private long failed;

    /** @param connection as {@code mana_maintenance}, committing each statement */
    public Rewrap(Connection connection, OperatorRing ring, Watch watch) {
        this.connection = connection;
        this.ring = ring;
        this.watch = watch;
    }

    /** Whoever runs a sweep: hears how far it is, and sets its pace. */
    public interface Watch {
        /** After each batch. @return false to end the sweep here */
        boolean goesOn(long done, long total);

        /** Waits. @return false to end the sweep here */
        boolean pause(Duration time);
    }

    /**
     * How a sweep ended.
     *
     * @param done moved to the active KEK
     * @param failed did not open, and were left; {@code auth.rewrap_failures} says which and why
     * @param complete whether nothing is left but those that failed
     * @param fenceClosed whether no wrap of format 1 is left, so that none is read any more
     */
    public record Outcome(long done, long failed, boolean complete, boolean fenceClosed) {}

    /** Runs until everything is moved that can be, or until it is ended. */
    public Outcome run() throws SQLException {
        total = WrapTables.due(connection, ring.active());
        Jdbc.update(connection, BEGIN, run, ring.active().value(), total);
        var complete = sweep();
        if (complete) {
            Jdbc.update(connection, END, run);
        }
        var closed = Jdbc.update(connection, CLOSE_FENCE) == 1
                || Jdbc.isTrue(connection, "SELECT min_wrap_format = 2 FROM auth.service_state");
        return new Outcome(done, failed, complete, closed);
    }

    /** Goes through the tables until a whole round found nothing to move that somebody else did not hold. */
    private boolean sweep() throws SQLException {
        while (true) {
            failed = 0;
            for (var table : WrapTables.ALL) {
                if (!sweep(table)) {
                    return false;
                }
            }
            if (WrapTables.dueBut(connection, ring.active(), run) == 0) {
                return true;
            }
            if (!watch.pause(FOR_LOCKED_ROWS)) {
                return false;
            }
        }
    }

    private boolean sweep(WrapTable table) throws SQLException {
        var last = new StoredWrap("", 0, "", 0, "", "", null);
        while (true) {
            var next = batch(table, last);
            if (next == null) {
                return true;
            }
            last = next;
            if (!watch.goesOn(done, total)) {
                return false;
            }
        }
    }

    /** @return the last row of the batch, or null if there was none */
    private @Nullable StoredWrap batch(WrapTable table, StoredWrap last) throws SQLException {
        while (true) {
            ring.refresh();
            ring.reserve(BATCH);
            connection.setAutoCommit(false);
            try {
                var moved = move(table, last, ring.active());
                connection.commit();
                return moved;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                if (!(e instanceof SQLException refused && SUPERSEDED.equals(refused.getSQLState()))) {
                    throw e;
                }
                // Another KEK became active meanwhile: the same rows again, to that one.
            } finally {
                connection.setAutoCommit(true);
            }
        }
    }

    private @Nullable StoredWrap move(WrapTable table, StoredWrap last, KekId active) throws SQLException {
        var rows = held(table, last, active);
        if (rows.isEmpty()) {
            return null;
        }
        var left = new RewrapBatch(table, ring.ring(), active).move(connection, rows);
        failed += left;
        done += rows.size() - left;
        Jdbc.update(connection, REPORT, done, failed, run);
        return rows.get(rows.size() - 1);
    }

    private List<StoredWrap> held(WrapTable table, StoredWrap last, KekId active) throws SQLException {
        return Jdbc.rows(
                connection,
                StoredWrap::read,
                table.after(table.isDue()) + " FOR UPDATE SKIP LOCKED",
                last.owner(),
                last.generation(),
                active.value(),
                BATCH);
    }
}
