package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * Where a sealer goes on. What a transaction number means, only the cluster knows that gave it: this is believed only where it
 * was written.
 *
 * @param nextXid rows of transactions before this one were looked at
 * @param nextId and rows of this one up to that id
 * @param sweepAt while rows from before {@code nextXid} are still to be looked at, oldest first: until when that is done, as the
 *     database writes it; null when it is done
 * @param sweepId up to which id at that time
 */
record Progress(
        String nextXid,
        String nextId,
        @Nullable String sweepAt,
        @Nullable String sweepId) {
    /** Every row there is has to be looked at, and from here on every new one. */
    static Progress beginning(Connection connection) throws SQLException {
        var now = Jdbc.strings(connection, "SELECT pg_snapshot_xmin(pg_current_snapshot())::text")
                .get(0);
        return new Progress(now, "", "-infinity", "");
    }

    boolean sweeping() {
        return sweepAt != null;
    }

    /** After the last of a full batch. */
    Progress after(Unsealed.Found last) {
        return sweeping()
                ? new Progress(nextXid, nextId, last.time(), last.id())
                : new Progress(last.xid(), last.id(), null, null);
    }

    /** After a batch with room left: the sweep is over. */
    Progress swept() {
        return new Progress(nextXid, nextId, null, null);
    }
}
