package how.mana.auth.db.backup;

import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.keks.KnownKek;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What is in a database, as {@code mana_backup} sees it.
 *
 * @param changeset the newest that the schema has seen
 * @param tables how many rows each of our tables has
 * @param objects a line for each thing that a table cannot show and that keys and trail are protected by: triggers, and functions
 *     that work with the rights of a group
 * @param keks every KEK that was ever known
 */
public record Contents(String changeset, Map<String, Long> tables, Set<String> objects, List<KnownKek> keks) {
    private static final String TABLES = """
            SELECT format('%I.%I', n.nspname, c.relname)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('auth', 'spaces') AND c.relkind IN ('r', 'p') AND NOT c.relispartition
            """;

    private static final String OBJECTS = """
            SELECT format('trigger %I on %I.%I, %s', t.tgname, n.nspname, c.relname,
                          CASE t.tgenabled WHEN 'O' THEN 'enabled' WHEN 'D' THEN 'disabled' ELSE 'changed' END)
            FROM pg_trigger t
            JOIN pg_class c ON c.oid = t.tgrelid
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname IN ('auth', 'spaces') AND NOT t.tgisinternal
            UNION ALL
            SELECT format('function %I.%I(%s) of %I', n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), r.rolname)
                   || CASE WHEN has_function_privilege('mana_app', p.oid, 'EXECUTE') THEN ', called by mana_app' ELSE '' END
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            JOIN pg_roles r ON r.oid = p.proowner
            WHERE n.nspname IN ('auth', 'spaces') AND p.prosecdef AND r.rolname LIKE 'mana\\_%'
            """;

    private static final String NEWEST = "SELECT id FROM auth.mana_changelog ORDER BY orderexecuted DESC LIMIT 1";

    public Contents {
        tables = new TreeMap<>(tables);
        objects = new TreeSet<>(objects);
        keks = List.copyOf(keks);
    }

    /** Those of the database behind {@code backup}, which was migrated; as of one moment only if that is one snapshot. */
    public static Contents of(Connection backup) throws SQLException {
        var tables = new TreeMap<String, Long>();
        for (var table : Jdbc.strings(backup, TABLES)) {
            // Quoted by the database itself.
            tables.put(
                    table,
                    Long.valueOf(Jdbc.strings(backup, "SELECT count(*)::text FROM " + table)
                            .get(0)));
        }
        return new Contents(
                Jdbc.strings(backup, NEWEST).get(0),
                tables,
                Set.copyOf(Jdbc.strings(backup, OBJECTS)),
                KekRegistry.known(backup));
    }
}
