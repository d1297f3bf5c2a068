package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.RandomText;
import how.mana.auth.crypto.SigningSeed;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code auth.audit_keys}.
 *
 * @param publicKey empty unless it signs heads
 */
record StoredAuditKey(String id, Purpose purpose, byte[] publicKey, WrappedKey wrapped) {
    private static final byte[] NONE = {};

    private static final String INSERT = """
            INSERT INTO auth.audit_keys (id, purpose, public_key, wrapped_key, wrap_iv, format_version, kek_id)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;

    /** What a key does. */
    enum Purpose {
        SEAL("seal"),
        HEAD("head");

        private final String word;

        Purpose(String word) {
            this.word = word;
        }
    }

    static StoredAuditKey of(ResultSet row) throws SQLException {
        return new StoredAuditKey(
                row.getString("id"),
                row.getString("purpose").equals(Purpose.HEAD.word) ? Purpose.HEAD : Purpose.SEAL,
                Objects.requireNonNullElse(row.getBytes("public_key"), NONE),
                new WrappedKey(
                        row.getInt("format_version"),
                        new KekId(row.getString("kek_id")),
                        row.getString("wrap_iv"),
                        row.getString("wrapped_key")));
    }

    /** Makes a key and stores it. */
    static void make(Connection connection, Purpose purpose, KekRing ring, SecureRandom random) throws SQLException {
        var id = purpose.word + "-" + RandomText.nanoid(random);
        try (var key = KeyMaterial.random(random)) {
            var wrapped = ring.wrap(key, context(purpose, id));
            Jdbc.update(
                    connection,
                    INSERT,
                    id,
                    purpose.word,
                    publicPart(purpose, key),
                    wrapped.ciphertext(),
                    wrapped.nonce(),
                    wrapped.format(),
                    wrapped.kekId().value());
        }
    }

    private static byte @Nullable [] publicPart(Purpose purpose, KeyMaterial key) {
        return switch (purpose) {
            case SEAL -> null;
            case HEAD -> new SigningSeed(key).publicKey();
        };
    }

    boolean isHead() {
        return purpose == Purpose.HEAD;
    }

    WrapContext context() {
        return context(purpose, id);
    }

    private static WrapContext context(Purpose purpose, String id) {
        return switch (purpose) {
            case SEAL -> WrapContext.auditSealKey(id);
            case HEAD -> WrapContext.auditHeadKey(id);
        };
    }
}
