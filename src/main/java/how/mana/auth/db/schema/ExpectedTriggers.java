package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The triggers that guard what must not change. An owner or a superuser can switch one off, and a restore with {@code
 * --disable-triggers} can leave it so.
 */
public final class ExpectedTriggers {
    /** Table, then trigger, in the schema {@code auth}. */
    static final Set<String> NAMES = Set.of(
            "audit_keys.audit_keys_wrap_is_changed",
            "audit_keys.audit_keys_wrap_is_made",
            "encryption_vault_audit.refusals_are_counted",
            "encryption_vaults.encryption_vaults_wrap_is_changed",
            "encryption_vaults.encryption_vaults_wrap_is_made",
            "jwks.jwks_wrap_is_changed",
            "jwks.jwks_wrap_is_made",
            "encryption_vaults.retained_keys_end_with_zero_knowledge",
            "kek_uses.kek_uses_are_not_truncated",
            "kek_uses.kek_uses_grow",
            "keks.keks_begin",
            "keks.keks_are_kept",
            "keks.keks_are_not_truncated",
            "keks.keks_are_remembered",
            "retained_keys.retained_keys_wrap_is_changed",
            "retained_keys.retained_keys_wrap_is_moved",
            "service_state.service_state_is_kept",
            "service_state.service_state_is_not_truncated");

    static final String FOUND = """
            SELECT c.relname || '.' || t.tgname AS name, t.tgenabled IN ('O', 'A') AS enabled
            FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'auth' AND NOT t.tgisinternal
            """;

    private ExpectedTriggers() {}

    /** What is missing, switched off or not ours, each with its remedy; empty if all is right. */
    public static List<String> differences(Connection connection) throws SQLException {
        var found = new TreeMap<String, Boolean>();
        Jdbc.rows(connection, row -> found.put(row.getString("name"), row.getBoolean("enabled")) == null, FOUND);
        var differences = new ArrayList<String>();
        for (var name : new TreeSet<>(NAMES)) {
            expect(name, found, differences);
        }
        found.keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .forEach(name -> differences.add("the trigger auth." + name
                        + " is not ours and sees what is written there: find out whose it is, and DROP TRIGGER"));
        return differences;
    }

    private static void expect(String name, Map<String, Boolean> found, List<String> differences) {
        if (!found.containsKey(name)) {
            differences.add("the trigger auth." + name + " is missing: restore it from db/changelog");
        } else if (!found.getOrDefault(name, false)) {
            var parts = name.split("\\.");
            differences.add("the trigger auth." + name + " is switched off: ALTER TABLE auth." + parts[0]
                    + " ENABLE TRIGGER " + parts[1] + "; and find out who did that");
        }
    }
}
