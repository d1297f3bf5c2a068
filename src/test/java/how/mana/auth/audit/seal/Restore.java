package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A dump, restored into another cluster that has counted fewer transactions than the one it comes from. */
final class Restore {
    private static final List<String> TABLES =
            List.of("users", "encryption_vault_audit", "erasure_receipts", "audit_keys", "audit_seal", "audit_heads");

    private final Map<String, String> dump = new LinkedHashMap<>();

    private Restore() {}

    static Restore of(Trail trail) throws SQLException {
        var restore = new Restore();
        for (var table : TABLES) {
            restore.dump.put(
                    table,
                    trail.strings("SELECT coalesce(json_agg(t), '[]')::text FROM auth." + table + " t")
                            .get(0));
        }
        return restore;
    }

    void into(Trail empty) throws SQLException {
        try (var admin = empty.database().connectAsAdmin()) {
            for (var table : dump.entrySet()) {
                Jdbc.update(
                        admin,
                        "INSERT INTO auth." + table.getKey() + " SELECT * FROM json_populate_recordset(NULL::auth."
                                + table.getKey() + ", CAST(? AS json))",
                        table.getValue());
            }
        }
        empty.tamper("UPDATE auth.encryption_vault_audit SET xid = " + FROM_AFAR.formatted("xid")
                + "; UPDATE auth.erasure_receipts SET xid = " + FROM_AFAR.formatted("xid")
                + "; UPDATE auth.audit_heads SET xid = " + FROM_AFAR.formatted("xid"));
    }

    private static final String FROM_AFAR = "(%1$s::text::numeric + 4000000000)::text::xid8";
}
