package how.mana.auth.audit.seal;

import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/**
 * The newest head that this process has seen, in whatever connection. Heads only ever come on top of it: who cuts them off, or
 * exchanges them, finds no sealer that was running to sign on.
 */
final class SeenHead {
    private static final String SINCE =
            "SELECT " + Heads.COLUMNS + " FROM auth.audit_heads WHERE number >= ? ORDER BY number";

    private @Nullable Head newest;

    /**
     * Sees what came since.
     *
     * @throws HistoryLostException if the one seen last is gone or another one, or is not followed as heads are
     */
    void look(Connection connection) throws SQLException {
        var seen = newest;
        if (seen == null) {
            newest = Heads.newest(connection).map(Heads.Newest::head).orElse(null);
            return;
        }
        try (var heads = Cursor.over(connection, Heads::signed, SINCE, seen.number())) {
            var first = heads.next().map(Head.Signed::head);
            if (first.filter(head -> MessageDigest.isEqual(head.hash(), seen.hash()))
                    .isEmpty()) {
                throw new HistoryLostException("Head " + seen.number() + ", which this process has seen, is gone");
            }
            for (var next = heads.next(); next.isPresent(); next = heads.next()) {
                newest = following(newest, next.get().head());
            }
        }
    }

    private static Head following(@Nullable Head before, Head head) {
        if (before == null
                || head.number() != before.number() + 1
                || !MessageDigest.isEqual(head.previous(), before.hash())) {
            throw new HistoryLostException("Head " + head.number() + " does not follow the one before it");
        }
        return head;
    }
}
