package how.mana.auth.db.schema;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The policies of the protected tables, one line each, as {@link #LINES_SQL} reads them from {@code pg_policies}. Row-level
 * security is these and no others: permissive policies add up, so one too many is a hole.
 */
final class ExpectedPolicies {
    private static final String OWN_ROWS =
            "(user_id = NULLIF(current_setting('app.current_user_id'::text, true), ''::text))";

    /** Table, then line, for every policy in the schema on the tables given as an array. */
    static final String LINES_SQL = """
            SELECT tablename, concat_ws(' ', policyname, permissive, cmd, 'TO', array_to_string(roles, ','),
                                        'USING', coalesce(qual, '-'), 'CHECK', coalesce(with_check, '-'))
            FROM pg_policies
            WHERE schemaname = ? AND tablename = ANY (?)
            """;

    static final Map<String, Set<String>> BY_TABLE = Map.of(
            "encryption_vaults",
            Set.of(
                    isolation("encryption_vaults"),
                    readAll("encryption_vaults_maintenance_read", "mana_maintenance"),
                    "encryption_vaults_maintenance_rewrap PERMISSIVE UPDATE TO mana_maintenance USING true CHECK true",
                    readAll("encryption_vaults_backup_read", "mana_backup")),
            "encryption_vault_audit",
            Set.of(
                    isolation("encryption_vault_audit"),
                    readAll("encryption_vault_audit_auditor_read", "mana_auditor"),
                    readAll("encryption_vault_audit_eraser_read", "mana_eraser"),
                    "encryption_vault_audit_eraser_prune PERMISSIVE DELETE TO mana_eraser USING true CHECK -",
                    readAll("encryption_vault_audit_backup_read", "mana_backup")),
            "replaced_recovery_wraps",
            Set.of(
                    isolation("replaced_recovery_wraps"),
                    readAll("replaced_recovery_wraps_maintenance_read", "mana_maintenance"),
                    "replaced_recovery_wraps_maintenance_expiry PERMISSIVE DELETE TO mana_maintenance"
                            + " USING (replaced_at < (now() - make_interval(days => 30))) CHECK -",
                    readAll("replaced_recovery_wraps_backup_read", "mana_backup")),
            "mission_grants",
            Set.of(
                    isolation("mission_grants"),
                    "mission_grants_stay_revoked RESTRICTIVE UPDATE TO mana_app USING true CHECK (revoked_at IS NOT NULL)",
                    readAll("mission_grants_maintenance_read", "mana_maintenance"),
                    readAll("mission_grants_backup_read", "mana_backup")),
            "retained_keys",
            Set.of(
                    isolation("retained_keys"),
                    readAll("retained_keys_maintenance_read", "mana_maintenance"),
                    "retained_keys_maintenance_rewrap PERMISSIVE UPDATE TO mana_maintenance USING true CHECK true",
                    "retained_keys_maintenance_expiry PERMISSIVE DELETE TO mana_maintenance"
                            + " USING (expires_at <= now()) CHECK -",
                    readAll("retained_keys_backup_read", "mana_backup")),
            "rekey_requests",
            Set.of(
                    isolation("rekey_requests"),
                    readAll("rekey_requests_maintenance_read", "mana_maintenance"),
                    "rekey_requests_maintenance_expiry PERMISSIVE DELETE TO mana_maintenance"
                            + " USING (requested_at <= (now() - make_interval(days => 1))) CHECK -",
                    readAll("rekey_requests_backup_read", "mana_backup")),
            "audit_seal",
            Set.of(
                    isolation("audit_seal"),
                    readAll("audit_seal_auditor_read", "mana_auditor"),
                    "audit_seal_auditor_append PERMISSIVE INSERT TO mana_auditor USING - CHECK true",
                    readAll("audit_seal_eraser_read", "mana_eraser"),
                    "audit_seal_eraser_erasure PERMISSIVE UPDATE TO mana_eraser USING ((erasure IS NULL) AND "
                            + OWN_ROWS + ") CHECK (erasure IS NOT NULL)",
                    "audit_seal_eraser_prune PERMISSIVE DELETE TO mana_eraser USING true CHECK -",
                    readAll("audit_seal_backup_read", "mana_backup")));

    /** Those in the sync database. */
    static final Map<String, Set<String>> OF_SYNC = Map.of(
            "decrypt_audit", Set.of(isolation("decrypt_audit"), readAll("decrypt_audit_backup_read", "mana_backup")));

    private ExpectedPolicies() {}

    static Set<String> tables() {
        return new TreeSet<>(BY_TABLE.keySet());
    }

    /** Every line that is missing (-) or must not be there (+), by table. */
    static Map<String, Set<String>> differences(Map<String, Set<String>> wanted, Map<String, Set<String>> found) {
        var differences = new TreeMap<String, Set<String>>();
        wanted.forEach((table, expected) -> {
            var there = found.getOrDefault(table, Set.of());
            var lines = new TreeSet<String>();
            expected.stream().filter(line -> !there.contains(line)).forEach(line -> lines.add("missing: " + line));
            there.stream().filter(line -> !expected.contains(line)).forEach(line -> lines.add("not ours: " + line));
            if (!lines.isEmpty()) {
                differences.put(table, lines);
            }
        });
        return differences;
    }

    private static String isolation(String table) {
        return table + "_user_isolation PERMISSIVE ALL TO mana_app USING " + OWN_ROWS + " CHECK " + OWN_ROWS;
    }

    private static String readAll(String policy, String group) {
        return policy + " PERMISSIVE SELECT TO " + group + " USING true CHECK -";
    }
}
