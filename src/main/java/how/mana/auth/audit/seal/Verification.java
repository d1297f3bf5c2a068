package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Walks the whole trail as it stands at one moment, and names what is not as it was sealed. Changes nothing. */
public final class Verification {
    private final Connection connection;
    private final KekRing ring;
    private final List<Pin> pins;

    /**
     * @param connection works as the auditor, or as anyone who may read as much
     * @param ring opens the audit keys
     */
    public Verification(Connection connection, KekRing ring, List<Pin> pins) {
        this.connection = connection;
        this.ring = ring;
        this.pins = List.copyOf(pins);
    }

    /**
     * What was looked at.
     *
     * @param rows that fit their seal
     * @param pending rows that the sealer has not come to yet; nothing is proven of them
     * @param newest {@code <number>:<hash>} of the newest head, to be pinned; empty if nothing was ever sealed
     */
    public record Result(long heads, long seals, long rows, long pending, long findings, Optional<String> newest) {}

    /**
     * @param findings told each thing as it is found
     * @throws how.mana.auth.crypto.KekUnavailableException if the ring lacks the KEK of an audit key
     */
    public Result run(Consumer<Finding> findings) throws SQLException {
        connection.setAutoCommit(false);
        // One snapshot for all questions: a sealer goes on meanwhile.
        Jdbc.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
        try (var keys = AuditKeys.open(connection, ring)) {
            return walk(keys, findings);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Result walk(AuditKeys keys, Consumer<Finding> findings) throws SQLException {
        var counted = new Count(findings);
        var newest = Heads.newest(connection);
        var missing = Ground.missing(connection, keys, newest);
        if (missing.isPresent()) {
            counted.accept(missing.get());
            return new Result(0, 0, 0, 0, counted.count, Optional.empty());
        }
        var chains =
                new ChainWalk(connection, keys, newest.map(Heads.Newest::head).orElse(Chains.BEFORE_ALL), counted);
        chains.run();
        var heads = new HeadWalk(connection, keys, new HeadChecks(keys, pins, counted), chains.gaps());
        heads.run(counted);
        LivingErased.report(connection, counted);
        var pending = StrayRows.report(connection, newest.filter(head -> keys.signed(head.signed())), counted);
        return new Result(
                heads.heads(), chains.seals(), chains.proven(), pending, counted.count, newest.map(n -> n.head()
                        .pin()));
    }

    /** Passes findings on, and counts them. */
    static final class Count implements Consumer<Finding> {
        private final Consumer<Finding> next;
        private long count;

        Count(Consumer<Finding> next) {
            this.next = next;
        }

        long count() {
            return count;
        }

        @Override
        public void accept(Finding finding) {
            count++;
            next.accept(finding);
        }
    }
}
