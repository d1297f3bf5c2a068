package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;

/**
 * Takes away what was sealed long ago, behind checkpoints: signed heads that say up to where rows may be gone and which links the
 * chains go on from.
 */
public final class Pruning {
    /** Seals of one checkpoint; while it is made, nothing is sealed. */
    private static final long STEP = 100_000;

    private static final String BOUNDARY = """
            SELECT coalesce(max(last_ordinal), 0)
            FROM auth.audit_heads
            WHERE kind = 'batch' AND sealed_at < ? AND last_ordinal <= ?
            """;

    private static final String KEPT = """
            SELECT s.ordinal, s.user_id AS chain, s.erasure::text, s.seq, s.audit_id, s.key_id, s.link
            FROM auth.audit_seal s
            WHERE s.ordinal <= ?
              AND (s.user_id = ''
                   OR NOT EXISTS (SELECT FROM auth.audit_seal l
                                  WHERE l.user_id = s.user_id AND l.seq = s.seq + 1
                                    AND l.erasure IS NOT DISTINCT FROM s.erasure AND l.ordinal <= ?))
            ORDER BY s.ordinal
            """;

    private final Connection connection;
    private final KekRing ring;

    /**
     * @param connection works as the auditor
     * @param ring opens the audit keys
     */
    public Pruning(Connection connection, KekRing ring) {
        this.connection = connection;
        this.ring = ring;
    }

    /**
     * Takes away the rows that were sealed before {@code moment}. What is done stays done if this fails on the way.
     *
     * @return how many rows
     * @throws NotSealedException if the sealer has to come first
     */
    public long before(Instant moment) throws SQLException {
        connection.setAutoCommit(false);
        try (var keys = AuditKeys.open(connection, ring)) {
            var pruned = 0L;
            for (var step = step(keys, moment); step >= 0; step = step(keys, moment)) {
                pruned += step;
                connection.commit();
            }
            return pruned;
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    /** Returns how many rows, or -1 if there is nothing more to prune. */
    private long step(AuditKeys keys, Instant moment) throws SQLException {
        Heads.lock(connection);
        // As the sealer, in this order: an erasure that has moved the seals of its user would wait for us, and we for
        // it.
        Heads.lockErasures(connection);
        var newest = Heads.newest(connection)
                .filter(Heads.Newest::writtenHere)
                .filter(head -> keys.signed(head.signed()))
                .filter(head -> !head.progress().sweeping())
                .orElseThrow(NotSealedException::new);
        var before = newest.head();
        var upto = Jdbc.rows(
                        connection,
                        row -> row.getLong(1),
                        BOUNDARY,
                        OffsetDateTime.ofInstant(moment, ZoneOffset.UTC),
                        before.pruned() + STEP)
                .get(0);
        return upto <= before.pruned() ? -1 : prune(keys, newest, upto);
    }

    private long prune(AuditKeys keys, Heads.Newest newest, long upto) throws SQLException {
        var before = newest.head();
        var said = new HeadSigner.Said(Head.Kind.CHECKPOINT, before.last(), upto, digestOfKept(upto), new byte[0]);
        var checkpoint = HeadSigner.with(connection, keys).add(before, said, newest.progress());
        return Jdbc.rows(connection, row -> row.getLong(1), "SELECT auth.prune_trail(?)", checkpoint.number())
                .get(0);
    }

    private byte[] digestOfKept(long upto) throws SQLException {
        var kept = new Coverage();
        try (var seals = Cursor.over(connection, SealedRow::seal, KEPT, upto, upto)) {
            for (var seal = seals.next(); seal.isPresent(); seal = seals.next()) {
                kept.addToDigest(seal.get());
            }
        }
        return kept.digest();
    }

    /** Nothing was ever sealed here, or the sealer has not yet looked at all that is older than itself. */
    public static final class NotSealedException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotSealedException() {
            super("The trail is not sealed yet: run audit seal first", null, false, false);
        }
    }
}
