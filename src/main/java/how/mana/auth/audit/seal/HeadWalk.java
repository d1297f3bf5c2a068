package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.db.jdbc.Jdbc;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** Goes along all heads, and beside them along all seals in the order they were made, and compares. */
final class HeadWalk {
    private static final String HEADS = "SELECT " + Heads.COLUMNS + " FROM auth.audit_heads ORDER BY number";

    static final String SEALS = """
            SELECT ordinal, user_id AS chain, erasure::text, seq, audit_id, key_id, link
            FROM auth.audit_seal
            ORDER BY ordinal
            """;

    private static final String PRUNED = "SELECT coalesce(max(pruned_ordinal), 0) FROM auth.audit_heads";

    private final Connection connection;
    private final HeadChecks checks;
    private final LostEnds lostEnds;
    private final Coverage kept = new Coverage();
    private Head before = Chains.BEFORE_ALL;
    private Optional<Head> checkpoint = Optional.empty();
    private Optional<Seal> next = Optional.empty();
    private long heads;

    /** @param reported subjects of chains whose gaps are known already */
    HeadWalk(Connection connection, AuditKeys keys, HeadChecks checks, Set<String> reported) {
        this.connection = connection;
        this.checks = checks;
        this.lostEnds = new LostEnds(connection, reported);
    }

    long heads() {
        return heads;
    }

    void run(Consumer<Finding> findings) throws SQLException {
        var pruned = Jdbc.rows(connection, row -> row.getLong(1), PRUNED).get(0);
        try (var all = Cursor.over(connection, Heads::signed, HEADS);
                var seals = Cursor.over(connection, SealedRow::seal, SEALS)) {
            next = seals.next();
            gatherKept(seals, pruned);
            for (var signed = all.next(); signed.isPresent(); signed = all.next()) {
                walk(signed.get(), seals, pruned);
            }
            reportUncovered(seals, findings);
        }
        checks.checkKept(kept, checkpoint, before);
        checks.finish(before);
        lostEnds.report(findings);
    }

    /** What a checkpoint left of the seals it covers. */
    private void gatherKept(Cursor<Seal> seals, long pruned) throws SQLException {
        while (next.filter(seal -> seal.ordinal() <= pruned).isPresent()) {
            kept.addToDigest(next.get());
            next = seals.next();
        }
    }

    private void walk(Head.Signed signed, Cursor<Seal> seals, long pruned) throws SQLException {
        var head = signed.head();
        heads++;
        checks.check(before, signed);
        switch (head.kind()) {
            case CHECKPOINT -> checkpoint = Optional.of(head);
            case BATCH -> {
                if (head.last() > pruned) {
                    compare(head, seals);
                }
            }
        }
        before = head;
    }

    private void compare(Head head, Cursor<Seal> seals) throws SQLException {
        var found = new Coverage();
        while (next.filter(seal -> seal.ordinal() <= head.last()).isPresent()) {
            found.add(next.get());
            next = seals.next();
        }
        if (!MessageDigest.isEqual(found.digest(), head.digest())) {
            checks.refuse(head, "the seals it covers are not those it was signed for");
            lostEnds.add(Coverage.decodedChains(head.chains()), found.chains());
        }
    }

    private void reportUncovered(Cursor<Seal> seals, Consumer<Finding> findings) throws SQLException {
        if (next.isEmpty()) {
            return;
        }
        var first = next.get();
        var many = 0L;
        for (; next.isPresent(); next = seals.next()) {
            many++;
        }
        findings.accept(new Finding(
                Kind.CUT,
                "head " + (before.number() + 1),
                "no head covers %d seals, the first of them of row %s: heads are gone, or seals were added"
                        .formatted(many, first.auditId())));
    }
}
