package how.mana.auth.audit.seal;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import how.mana.auth.db.jdbc.Jdbc;
import java.io.IOException;
import java.io.Writer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.Optional;

/**
 * Writes what is sealed as lines of JSON: the public keys, and each head after the rows it covers. Whoever keeps the file can tell
 * whether the database still says the same.
 */
public final class Export {
    private static final HexFormat HEX = HexFormat.of();

    static final String KEYS = """
            SELECT json_build_object('type', 'key', 'id', id, 'purpose', purpose,
                                     'publicKey', encode(public_key, 'hex'))::text
            FROM auth.audit_keys
            ORDER BY created_at, id
            """;

    /** With the newest checkpoint in any case: it answers for what is gone. */
    private static final String HEADS = "SELECT " + Heads.COLUMNS + """
             FROM auth.audit_heads
            WHERE number <= (SELECT max(number) FROM auth.audit_heads WHERE sealed_at < ? OR kind = 'checkpoint')
            ORDER BY number
            """;

    private static final String ROWS = """
            SELECT s.ordinal, s.user_id AS chain, s.erasure::text, s.seq, s.audit_id, s.key_id, s.link,
                   coalesce(to_jsonb(t) - 'xid', to_jsonb(r) - 'xid')::text AS content
            FROM auth.audit_seal s
            LEFT JOIN auth.encryption_vault_audit t ON t.id = s.audit_id AND s.user_id <> ''
            LEFT JOIN auth.erasure_receipts r ON r.id::text = s.audit_id AND s.user_id = ''
            ORDER BY s.ordinal
            """;

    private final Connection connection;
    private final Writer out;
    private Optional<Sealed> next = Optional.empty();
    private long rows;

    /** @param connection works as the auditor, or as anyone who may read as much */
    public Export(Connection connection, Writer out) {
        this.connection = connection;
        this.out = out;
    }

    private record Sealed(Seal seal, Optional<String> content) {
        static Sealed of(ResultSet row) throws SQLException {
            return new Sealed(SealedRow.seal(row), Optional.ofNullable(row.getString("content")));
        }
    }

    /** @param newest {@code <number>:<hash>} of the last head written, to be pinned */
    public record Result(long heads, long rows, Optional<String> newest) {}

    /** Writes all that was sealed before {@code moment}, and on to the newest checkpoint if that is later. */
    public Result before(Instant moment) throws SQLException, IOException {
        connection.setAutoCommit(false);
        try {
            Jdbc.execute(connection, "SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY");
            // So that a time is written in the same way wherever this runs.
            Jdbc.execute(connection, "SET LOCAL TimeZone = 'UTC'");
            for (var key : Jdbc.strings(connection, KEYS)) {
                line(key);
            }
            return writeHeads(moment);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private Result writeHeads(Instant moment) throws SQLException, IOException {
        var count = 0L;
        var newest = Optional.<String>empty();
        try (var heads = Cursor.over(
                        connection, Heads::signed, HEADS, OffsetDateTime.ofInstant(moment, ZoneOffset.UTC));
                var sealed = Cursor.over(connection, Sealed::of, ROWS)) {
            next = sealed.next();
            for (var head = heads.next(); head.isPresent(); head = heads.next()) {
                writeRows(sealed, head.get().head().last());
                line(json(head.get()).toString());
                newest = Optional.of(head.get().head().pin());
                count++;
            }
        }
        return new Result(count, rows, newest);
    }

    private void writeRows(Cursor<Sealed> sealed, long last) throws SQLException, IOException {
        while (next.filter(row -> row.seal().ordinal() <= last).isPresent()) {
            line(json(next.get()));
            rows++;
            next = sealed.next();
        }
    }

    private static String json(Sealed sealed) {
        var seal = sealed.seal();
        var line = JsonNodeFactory.instance
                .objectNode()
                .put("type", seal.isReceipt() ? "receipt" : "row")
                .put("ordinal", seal.ordinal())
                .put("chain", seal.chain())
                .put("erasure", seal.erasure())
                .put("seq", seal.seq())
                .put("id", seal.auditId())
                .put("key", seal.keyId())
                .put("link", HEX.formatHex(seal.link()));
        // The database made the JSON of the row: it is put in as it is.
        return line.putRawValue(
                        "row",
                        new com.fasterxml.jackson.databind.util.RawValue(
                                sealed.content().orElse("null")))
                .toString();
    }

    private static ObjectNode json(Head.Signed signed) {
        var head = signed.head();
        return JsonNodeFactory.instance
                .objectNode()
                .put("type", "head")
                .put("number", head.number())
                .put("hash", head.hashInHex())
                .put("kind", head.kind().word())
                .put("previous", HEX.formatHex(head.previous()))
                .put("last", head.last())
                .put("pruned", head.pruned())
                .put("digest", HEX.formatHex(head.digest()))
                .put("chains", HEX.formatHex(head.chains()))
                .put("sealedAt", head.sealedAt().toString())
                .put("key", head.keyId())
                .put("nextXid", head.progress().nextXid())
                .put("nextId", head.progress().nextId())
                .put("sweepAt", head.progress().sweepAt())
                .put("sweepId", head.progress().sweepId())
                .put("signature", HEX.formatHex(signed.signature()));
    }

    private void line(String json) throws IOException {
        out.write(json);
        out.write('\n');
    }
}
