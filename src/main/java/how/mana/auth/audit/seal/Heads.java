package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** {@code auth.audit_heads}: read, and added to one at a time. */
final class Heads {
    static final String COLUMNS =
            "number, kind, previous, last_ordinal, pruned_ordinal, digest, chains, sealed_at, key_id, signature,"
                    + " next_xid::text, next_id, sweep_at, sweep_id";

    private static final String NEWEST = """
            SELECT number, kind, previous, last_ordinal, pruned_ordinal, digest, chains, sealed_at, key_id, signature,
                   next_xid::text, next_id, sweep_at, sweep_id,
                   xmin::text::numeric = mod(xid::text::numeric, 4294967296) AS written_here
            FROM auth.audit_heads
            ORDER BY number DESC
            LIMIT 1
            """;

    private static final String INSERT = """
            INSERT INTO auth.audit_heads (number, kind, previous, last_ordinal, pruned_ordinal, digest, chains, sealed_at,
                                          key_id, signature, next_xid, next_id, sweep_at, sweep_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, CAST(? AS xid8), ?, ?, ?)
            """;

    /** "manahead" in ASCII. */
    private static final long LOCK = 0x6d616e6168656164L;

    private Heads() {}

    /**
     * The newest head and what the sealer wrote beside it.
     *
     * @param writtenHere false once the database was restored from a dump, or the row was written anew
     */
    record Newest(Head.Signed signed, boolean writtenHere) {
        Head head() {
            return signed.head();
        }

        Progress progress() {
            return head().progress();
        }
    }

    /** Until the transaction ends nobody else adds a head. */
    static void lock(Connection connection) throws SQLException {
        Jdbc.rows(connection, row -> true, "SELECT pg_advisory_xact_lock(?)", LOCK);
    }

    /** Until the transaction ends nobody is erased: {@code auth.erase_user} shares it. "manaeras" in ASCII. */
    static void lockErasures(Connection connection) throws SQLException {
        Jdbc.rows(connection, row -> true, "SELECT pg_advisory_xact_lock(?)", 0x6d616e6165726173L);
    }

    static Optional<Newest> newest(Connection connection) throws SQLException {
        return Jdbc.rows(connection, row -> new Newest(signed(row), row.getBoolean("written_here")), NEWEST).stream()
                .findFirst();
    }

    static void add(Connection connection, Head.Signed signed) throws SQLException {
        var head = signed.head();
        Jdbc.update(
                connection,
                INSERT,
                head.number(),
                head.kind().word(),
                head.previous(),
                head.last(),
                head.pruned(),
                head.digest(),
                head.chains(),
                OffsetDateTime.ofInstant(head.sealedAt(), ZoneOffset.UTC),
                head.keyId(),
                signed.signature(),
                head.progress().nextXid(),
                head.progress().nextId(),
                head.progress().sweepAt(),
                head.progress().sweepId());
    }

    static Head.Signed signed(ResultSet row) throws SQLException {
        return new Head.Signed(
                new Head(
                        row.getLong("number"),
                        Head.Kind.of(row.getString("kind")),
                        row.getBytes("previous"),
                        row.getLong("last_ordinal"),
                        row.getLong("pruned_ordinal"),
                        row.getBytes("digest"),
                        row.getBytes("chains"),
                        row.getObject("sealed_at", OffsetDateTime.class).toInstant(),
                        row.getString("key_id"),
                        new Progress(
                                row.getString("next_xid"),
                                row.getString("next_id"),
                                row.getString("sweep_at"),
                                row.getString("sweep_id"))),
                row.getBytes("signature"));
    }

    /** Now, as the database can keep it. */
    static Instant now(Connection connection) throws SQLException {
        return Jdbc.rows(
                        connection,
                        row -> row.getObject(1, OffsetDateTime.class).toInstant(),
                        "SELECT clock_timestamp()")
                .get(0)
                .truncatedTo(ChronoUnit.MICROS);
    }
}
