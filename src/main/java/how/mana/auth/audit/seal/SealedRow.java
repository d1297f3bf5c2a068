package how.mana.auth.audit.seal;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/**
 * A seal and what it seals.
 *
 * @param row what stands under the id that the seal names; empty if nothing does
 * @param accounted whether its user is there, or the receipt that says why not
 */
record SealedRow(Seal seal, Optional<Sealable> row, boolean accounted) {
    /** The chains of users. Of one user, what was before an erasure is another chain than what came after it. */
    static final String OF_USERS = """
            SELECT s.ordinal, s.user_id AS chain, s.erasure::text, s.seq, s.audit_id, s.key_id, s.link,
                   t.id, t.user_id, t.action, t.ip_address, t.user_agent, t.context, t.status, t.created_at,
                   CASE WHEN s.erasure IS NULL THEN u.id IS NOT NULL ELSE r.id IS NOT NULL END AS accounted
            FROM auth.audit_seal s
            LEFT JOIN auth.encryption_vault_audit t ON t.id = s.audit_id
            LEFT JOIN auth.users u ON u.id = s.user_id
            LEFT JOIN auth.erasure_receipts r ON r.id = s.erasure AND r.subject = s.user_id
            WHERE s.user_id <> ''
            ORDER BY s.user_id, s.erasure, s.seq
            """;

    /** The chain of the receipts. */
    static final String OF_RECEIPTS = """
            SELECT s.ordinal, s.user_id AS chain, s.erasure::text, s.seq, s.audit_id, s.key_id, s.link,
                   r.id::text, r.subject, r.reason, r.erased_at, true AS accounted
            FROM auth.audit_seal s
            LEFT JOIN auth.erasure_receipts r ON r.id::text = s.audit_id
            WHERE s.user_id = ''
            ORDER BY s.erasure, s.seq
            """;

    static SealedRow ofUser(ResultSet row) throws SQLException {
        var act = row.getString("id") == null ? Optional.<Sealable>empty() : Optional.<Sealable>of(Unsealed.act(row));
        return new SealedRow(seal(row), act, row.getBoolean("accounted"));
    }

    static SealedRow ofReceipt(ResultSet row) throws SQLException {
        var receipt =
                row.getString("id") == null ? Optional.<Sealable>empty() : Optional.<Sealable>of(Unsealed.receipt(row));
        return new SealedRow(seal(row), receipt, row.getBoolean("accounted"));
    }

    static Seal seal(ResultSet row) throws SQLException {
        return new Seal(
                row.getLong("ordinal"),
                row.getString("chain"),
                row.getString("erasure"),
                row.getLong("seq"),
                row.getString("audit_id"),
                row.getString("key_id"),
                row.getBytes("link"));
    }

    boolean continues(SealedRow before) {
        return seal.chain().equals(before.seal.chain())
                && java.util.Objects.equals(seal.erasure(), before.seal.erasure());
    }
}
