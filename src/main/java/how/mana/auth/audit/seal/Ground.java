package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.audit.seal.StoredAuditKey.Purpose;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** What sealing and verification stand on: heads where there are keys or seals, and keys where there are heads. */
final class Ground {
    private static final String SEALED_BEFORE =
            "SELECT EXISTS (SELECT FROM auth.audit_seal) OR EXISTS (SELECT FROM auth.audit_keys)";

    private static final String NAMES = """
            SELECT coalesce((SELECT s.key_id FROM auth.audit_seal s ORDER BY s.ordinal DESC LIMIT 1),
                            (SELECT k.id FROM auth.audit_keys k WHERE k.purpose = 'seal' LIMIT 1), 'seal')
            """;

    private Ground() {}

    /** What is missing; empty if nothing is, or if nothing was ever sealed. */
    static Optional<Finding> missing(Connection connection, AuditKeys keys, Optional<Heads.Newest> newest)
            throws SQLException {
        if (newest.isEmpty()) {
            return Jdbc.isTrue(connection, SEALED_BEFORE)
                    ? Optional.of(new Finding(Kind.CUT, "head 1", "the trail was sealed, and the heads are gone"))
                    : Optional.empty();
        }
        if (keys.newest(Purpose.HEAD).isEmpty()) {
            return Optional.of(lost(newest.get().head().keyId()));
        }
        return keys.newest(Purpose.SEAL).isEmpty()
                ? Optional.of(lost(Jdbc.strings(connection, NAMES).get(0)))
                : Optional.empty();
    }

    private static Finding lost(String key) {
        return new Finding(
                Kind.KEY,
                key,
                "the audit key is gone or does not open, so nothing that it sealed or signed can be proven");
    }
}
