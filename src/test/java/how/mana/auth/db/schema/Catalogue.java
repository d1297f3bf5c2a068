package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Everything a schema is, as sorted lines of text, so that two databases can be compared. Role names of one test are cut. */
final class Catalogue {
    private static final String LINES = """
            WITH ours AS (SELECT oid, nspname FROM pg_namespace WHERE nspname IN ('auth', 'spaces')),
                 rel AS (SELECT c.*, n.nspname FROM pg_class c JOIN ours n ON n.oid = c.relnamespace)
            SELECT 'column ' || r.nspname || '.' || r.relname || ' '
                   || lpad((row_number() OVER (PARTITION BY r.oid ORDER BY a.attnum))::text, 2, '0') || ' ' || a.attname
                   || ' ' || format_type(a.atttypid, a.atttypmod) || CASE WHEN a.attnotnull THEN ' NOT NULL' ELSE '' END
                   || coalesce(' DEFAULT ' || pg_get_expr(d.adbin, d.adrelid), '')
                   || coalesce(' ACL ' || (SELECT string_agg(t::text, ',' ORDER BY t::text) FROM unnest(a.attacl) t), '')
            FROM rel r JOIN pg_attribute a ON a.attrelid = r.oid
            LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
            WHERE r.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped
            UNION ALL
            SELECT 'constraint ' || r.nspname || '.' || r.relname || ' ' || k.conname || ' ' || pg_get_constraintdef(k.oid)
            FROM rel r JOIN pg_constraint k ON k.conrelid = r.oid
            UNION ALL
            SELECT 'index ' || pg_get_indexdef(i.indexrelid) FROM rel r JOIN pg_index i ON i.indrelid = r.oid
            UNION ALL
            SELECT 'policy ' || p::text FROM pg_policies p WHERE schemaname IN ('auth', 'spaces')
            UNION ALL
            SELECT 'relation ' || r.relkind::text || ' ' || r.nspname || '.' || r.relname || ' rls ' || r.relrowsecurity
                   || ' force ' || r.relforcerowsecurity || ' owner ' || pg_get_userbyid(r.relowner)
                   || ' ACL ' || coalesce((SELECT string_agg(t::text, ',' ORDER BY t::text) FROM unnest(r.relacl) t), '-')
            FROM rel r WHERE r.relkind IN ('r', 'S', 'v', 'm')
            UNION ALL
            SELECT 'sequence ' || s.sequencename || ' ' || s.data_type || ' ' || s.start_value || ' ' || s.increment_by
            FROM pg_sequences s WHERE s.schemaname IN ('auth', 'spaces')
            UNION ALL
            SELECT 'schema ' || n.nspname || ' owner ' || pg_get_userbyid(n.nspowner)
                   || ' ACL ' || coalesce((SELECT string_agg(t::text, ',' ORDER BY t::text) FROM unnest(n.nspacl) t), '-')
            FROM pg_namespace n WHERE n.oid IN (SELECT oid FROM ours)
            UNION ALL
            SELECT 'function ' || p.oid::regprocedure || ' owner ' || pg_get_userbyid(p.proowner)
                   || ' ACL ' || coalesce((SELECT string_agg(t::text, ',' ORDER BY t::text) FROM unnest(p.proacl) t), '-')
                   || ' ' || pg_get_functiondef(p.oid)
            FROM pg_proc p WHERE p.pronamespace IN (SELECT oid FROM ours)
            UNION ALL
            SELECT 'trigger ' || pg_get_triggerdef(t.oid)
            FROM rel r JOIN pg_trigger t ON t.tgrelid = r.oid WHERE NOT t.tgisinternal
            UNION ALL
            SELECT 'enum ' || n.nspname || '.' || t.typname || ' ' || string_agg(e.enumlabel, ',' ORDER BY e.enumsortorder)
            FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_enum e ON e.enumtypid = t.oid
            GROUP BY n.nspname, t.typname
            UNION ALL
            SELECT 'changeset ' || id FROM auth.mana_changelog
            """;

    private Catalogue() {}

    static List<String> of(TestDatabase database) throws SQLException {
        return of(database, LINES);
    }

    /** The same of what we own in the sync database. */
    static List<String> ofSync(TestDatabase database) throws SQLException {
        return of(
                database,
                LINES.replace("'auth', 'spaces'", "'mana_ai'")
                        .replace("auth.mana_changelog", "mana_ai.mana_changelog"));
    }

    private static List<String> of(TestDatabase database, String sql) throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            var lines = new ArrayList<String>();
            for (var line : Jdbc.strings(admin, sql)) {
                lines.add(line.replace(database.ownerUrl().role(), "<owner>")
                        .replace(database.appUrl().role(), "<app>")
                        .replace(database.adminUrl().role() + "/", "<admin>/"));
            }
            lines.sort(null);
            return List.copyOf(lines);
        }
    }
}
