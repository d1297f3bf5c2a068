package how.mana.auth.audit.seal;

import how.mana.auth.crypto.LinkKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Goes on with the chains of users. */
final class Chains {
    /** What the first head comes after. */
    static final Head BEFORE_ALL = new Head(
            0,
            Head.Kind.BATCH,
            Head.noHash(),
            0,
            0,
            Head.noHash(),
            new byte[0],
            Instant.EPOCH,
            "",
            new Progress("0", "", null, null));

    private static final String ENDS = """
            SELECT c.chain, e.seq, e.link
            FROM unnest(CAST(? AS text[])) c (chain)
            CROSS JOIN LATERAL (SELECT s.seq, s.link
                                FROM auth.audit_seal s
                                WHERE s.user_id = c.chain AND s.erasure IS NULL
                                ORDER BY s.seq DESC
                                LIMIT 1) e
            """;

    private static final String INSERT = """
            INSERT INTO auth.audit_seal (ordinal, user_id, seq, audit_id, key_id, link)
            SELECT * FROM unnest(CAST(? AS bigint[]), CAST(? AS text[]), CAST(? AS bigint[]), CAST(? AS text[]),
                                 CAST(? AS text[]), CAST(? AS bytea[]))
            """;

    private final Connection connection;
    private final String keyId;
    private final LinkKey key;

    Chains(Connection connection, String keyId, LinkKey key) {
        this.connection = connection;
        this.keyId = keyId;
        this.key = key;
    }

    private record End(long seq, byte[] link) {}

    /** Links {@code rows} in their order. Nothing is stored yet. */
    List<Seal> goOn(long lastOrdinal, List<Sealable> rows) throws SQLException {
        var ends = ends(rows);
        var seals = new ArrayList<Seal>(rows.size());
        for (var row : rows) {
            var end = ends.getOrDefault(row.chain(), new End(0, Seal.NO_LINK));
            var seq = end.seq() + 1;
            var link = key.link(Seal.message(keyId, row, seq, end.link()));
            seals.add(new Seal(lastOrdinal + seals.size() + 1, row.chain(), null, seq, row.id(), keyId, link));
            ends.put(row.chain(), new End(seq, link));
        }
        return seals;
    }

    private Map<String, End> ends(List<Sealable> rows) throws SQLException {
        var chains = rows.stream().map(Sealable::chain).distinct().toArray(String[]::new);
        var ends = new HashMap<String, End>();
        Jdbc.rows(
                connection,
                row -> ends.put(row.getString("chain"), new End(row.getLong("seq"), row.getBytes("link"))) == null,
                ENDS,
                (Object) chains);
        return ends;
    }

    static void store(Connection connection, List<Seal> seals) throws SQLException {
        Jdbc.update(
                connection,
                INSERT,
                column(seals, Seal::ordinal, Long[]::new),
                column(seals, Seal::chain, String[]::new),
                column(seals, Seal::seq, Long[]::new),
                column(seals, Seal::auditId, String[]::new),
                column(seals, Seal::keyId, String[]::new),
                column(seals, Seal::link, byte[][]::new));
    }

    private static <T> Object column(
            List<Seal> seals, Function<Seal, T> value, java.util.function.IntFunction<T[]> array) {
        return seals.stream().map(value).toArray(array);
    }
}
