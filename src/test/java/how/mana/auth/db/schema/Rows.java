package how.mana.auth.db.schema;

import java.util.Map;

/** SQL for rows that tests start from. Values are made up; only their shape matters here. */
final class Rows {
    static final String WRAP = "A".repeat(64);
    static final String IV = "B".repeat(16);

    /** The KEK of the rows below: only wraps of the active one can be written. */
    static final String ACTIVE_KEK =
            "INSERT INTO auth.keks (id, state) VALUES ('env-v1', 'active') ON CONFLICT (id) DO NOTHING;";

    private Rows() {}

    static String user(String id) {
        return "INSERT INTO auth.users (id, name, email) VALUES ('%1$s', '%1$s', '%1$s@example.org');".formatted(id);
    }

    static String session(String id, String user) {
        return ("INSERT INTO auth.sessions (id, expires_at, token, user_id)"
                        + " VALUES ('%1$s', now() + interval '1 hour', encode(sha256('token-%1$s'), 'hex'), '%2$s');")
                .formatted(id, user);
    }

    static String vault(String user) {
        return insertInto("encryption_vaults", user) + ";";
    }

    static String zeroKnowledgeVault(String user) {
        return ("INSERT INTO auth.encryption_vaults (user_id, recovery_wrapped_mk, recovery_iv, recovery_set_at,"
                        + " zero_knowledge) VALUES ('%s', '%s', '%s', '2026-01-02T03:04:05Z', true);")
                .formatted(user, WRAP, IV);
    }

    static String audit(String user) {
        return insertInto("encryption_vault_audit", user) + ";";
    }

    static String replacedWrap(String user) {
        return insertInto("replaced_recovery_wraps", user) + ";";
    }

    static String retainedKey(String user) {
        return insertInto("retained_keys", user) + ";";
    }

    static String rekeyRequest(String user) {
        return insertInto("rekey_requests", user) + ";";
    }

    static String missionGrant(String user) {
        return insertInto("mission_grants", user) + ";";
    }

    static String seal(String user) {
        return insertInto("audit_seal", user) + ";";
    }

    /** One row of a protected table. A table nobody has written a row for fails here. */
    static String insertInto(String table, String user) {
        var rows = Map.of(
                "encryption_vaults",
                ACTIVE_KEK + "INSERT INTO auth.encryption_vaults (user_id, wrapped_mk, wrap_iv)"
                        + " VALUES ('%1$s', '%2$s', '%3$s')",
                "encryption_vault_audit",
                "INSERT INTO auth.encryption_vault_audit (id, user_id, action, status)"
                        + " VALUES ('audit-%1$s', '%1$s', 'init', 201)",
                "replaced_recovery_wraps",
                "INSERT INTO auth.replaced_recovery_wraps (id, user_id, recovery_wrapped_mk, recovery_iv,"
                        + " recovery_format_version, key_generation) VALUES ('kept-%1$s', '%1$s', '%2$s', '%3$s', 1, 1)",
                "mission_grants",
                "INSERT INTO auth.mission_grants (id, user_id, mission_id, tables, record_count, scope_digest,"
                        + " key_generation, worker_key, issued_at, expires_at, revoked_at) VALUES ('grant-%1$s', '%1$s', 'm', '{notes}', 1,"
                        + " sha256('x'), 1, 'fingerprint', now(), now() + interval '1 day', now())",
                "retained_keys",
                "INSERT INTO auth.retained_keys (user_id, key_generation, wrapped_mk, wrap_iv, format_version, kek_id,"
                        + " recovery_format_version, reason, expires_at)"
                        + " VALUES ('%1$s', 1, '%2$s', '%3$s', 2, 'env-v1', 1, 'rotate', now() + interval '7 days')",
                "rekey_requests",
                "INSERT INTO auth.rekey_requests (user_id, request_hash, key_generation)"
                        + " VALUES ('%1$s', repeat('0', 64), 2)",
                "audit_seal",
                "INSERT INTO auth.audit_seal (ordinal, user_id, seq, audit_id, key_id, link) VALUES"
                        + " (abs(hashtext('%1$s')), '%1$s', 1, 'sealed-%1$s', 'key', sha256('x'))");
        var row = rows.get(table);
        if (row == null) {
            throw new AssertionError("Write down a row of auth." + table + " here: the table is protected");
        }
        return row.formatted(user, WRAP, IV);
    }
}
