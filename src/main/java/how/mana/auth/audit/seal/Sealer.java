package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;

/**
 * Seals what is not sealed yet, on one connection that works as the auditor and on which it is the only sealer. Closing it wipes the
 * keys and leaves the connection open.
 */
public final class Sealer implements AutoCloseable {
    /** Rows of one batch. */
    public static final int BATCH = 5_000;

    /** "manaseal" in ASCII: who holds it is the sealer. */
    private static final long SEALER = 0x6d616e617365616cL;

    private final Connection connection;
    private final SealingKeys keys;
    private final SeenHead seen;
    private final int most;

    private Sealer(Connection connection, SealingKeys keys, SeenHead seen, int most) {
        this.connection = connection;
        this.keys = keys;
        this.seen = seen;
        this.most = most;
    }

    /**
     * Whether {@code connection} is now the one that seals. It is until it is closed.
     *
     * @throws SQLException if the database is away
     */
    public static boolean elect(Connection connection) throws SQLException {
        return Jdbc.isTrue(connection, "SELECT pg_try_advisory_lock(?)", SEALER);
    }

    /**
     * Opens the audit keys. They are made with the first head, in its transaction, and never again.
     *
     * @throws how.mana.auth.crypto.KekUnavailableException if the ring lacks the KEK of one of them
     */
    public static Sealer on(Connection connection, KekRing ring, SecureRandom random) throws SQLException {
        return on(connection, ring, random, BATCH);
    }

    static Sealer on(Connection connection, KekRing ring, SecureRandom random, int most) throws SQLException {
        return on(connection, SealingKeys.open(connection, ring, random), new SeenHead(), most);
    }

    /** The same, by a process that has seen heads. */
    static Sealer on(Connection connection, KekRing ring, SecureRandom random, SeenHead seen) throws SQLException {
        return on(connection, SealingKeys.open(connection, ring, random), seen, BATCH);
    }

    private static Sealer on(Connection connection, SealingKeys keys, SeenHead seen, int most) throws SQLException {
        // What a batch looks for is at the very end of its index, which no general plan knows.
        Jdbc.execute(connection, "SET plan_cache_mode = force_custom_plan");
        return new Sealer(connection, keys, seen, most);
    }

    /** Seals until nothing is left. Returns how many rows. */
    public long sealAll() throws SQLException {
        var sealed = 0L;
        for (var batch = seal(); ; batch = seal()) {
            sealed += batch.rows();
            if (!batch.full()) {
                return sealed;
            }
        }
    }

    /** Seals the next rows, if there are any, and the head above them; both or neither. */
    public Batch seal() throws SQLException {
        keys.countFirst();
        connection.setAutoCommit(false);
        try {
            var batch = sealInTransaction();
            connection.commit();
            seen.look(connection); // what is committed is there from now on
            return batch;
        } finally {
            if (!connection.isClosed()) {
                connection.rollback(); // of what failed; after a commit, of nothing
                connection.setAutoCommit(true);
            }
        }
    }

    private Batch sealInTransaction() throws SQLException {
        Heads.lock(connection);
        var newest = Heads.newest(connection);
        seen.look(connection);
        keys.require(newest);
        var from = newest.filter(Heads.Newest::writtenHere).isPresent()
                ? newest.orElseThrow().progress()
                : Progress.beginning(connection);
        var found = Unsealed.next(connection, from, most);
        if (found.isEmpty() && !from.sweeping()) {
            return new Batch(0, false, Duration.ZERO);
        }
        // From here on nobody is erased, so what is still there stays until it is sealed.
        Heads.lockErasures(connection);
        var rows = Unsealed.stillThere(connection, found);
        var full = found.size() >= most;
        var next = found.isEmpty() ? from : from.after(found.get(found.size() - 1));
        var head = write(newest.map(Heads.Newest::head).orElse(Chains.BEFORE_ALL), rows, full ? next : next.swept());
        return new Batch(rows.size(), full || from.sweeping(), oldest(rows, head.sealedAt()));
    }

    private static Duration oldest(List<Sealable> rows, Instant sealedAt) {
        return rows.stream()
                .map(row -> Duration.between(row.at(), sealedAt))
                .max(Comparator.naturalOrder())
                .filter(age -> !age.isNegative())
                .orElse(Duration.ZERO);
    }

    private Head write(Head before, List<Sealable> rows, Progress next) throws SQLException {
        var seals = keys.chains().goOn(before.last(), rows);
        Chains.store(connection, seals);
        var coverage = new Coverage();
        seals.forEach(coverage::add);
        return keys.signer()
                .add(
                        before,
                        new HeadSigner.Said(
                                Head.Kind.BATCH,
                                before.last() + seals.size(),
                                before.pruned(),
                                coverage.digest(),
                                coverage.encodedChains()),
                        next);
    }

    /** How old the oldest row without a seal is, in seconds; 0 if there is none. */
    public double lag() throws SQLException {
        return SealLag.of(connection).waiting().toMillis() / 1e3;
    }

    @Override
    public void close() {
        keys.close();
    }

    /**
     * What was done.
     *
     * @param full whether there may be more at once
     * @param waited how long the oldest of the rows had waited, by the database's clock
     */
    public record Batch(int rows, boolean full, Duration waited) {}
}
