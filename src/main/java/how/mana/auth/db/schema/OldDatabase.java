package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** A database the old service made, before it is adopted. */
final class OldDatabase {
    private static final List<String> PROTECTED = List.of("encryption_vaults", "encryption_vault_audit");

    /** What the old service's push left out and a row may therefore break. */
    private static final Map<String, String> CHECKS = Map.of(
            "has no wrap at all",
            "wrapped_mk IS NULL AND recovery_wrapped_mk IS NULL",
            "has a wrap without its IV, or an IV without its wrap",
            "(wrapped_mk IS NULL) <> (wrap_iv IS NULL) OR (recovery_wrapped_mk IS NULL) <> (recovery_iv IS NULL)",
            "is in zero-knowledge mode with a service wrap, or without a recovery wrap",
            "zero_knowledge AND (wrapped_mk IS NOT NULL OR recovery_wrapped_mk IS NULL)");

    private static final String NOT_OWNED = """
            WITH me AS (SELECT oid FROM pg_roles WHERE rolname = current_user),
                 ours AS (SELECT oid FROM pg_namespace WHERE nspname IN ('auth', 'spaces'))
            SELECT format('ALTER SCHEMA %I OWNER TO %I;', nspname, current_user)
            FROM pg_namespace
            WHERE oid IN (SELECT oid FROM ours) AND nspowner <> (SELECT oid FROM me)
            UNION ALL
            SELECT format('ALTER %s %I.%I OWNER TO %I;',
                          CASE c.relkind WHEN 'S' THEN 'SEQUENCE' WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW'
                                         WHEN 'f' THEN 'FOREIGN TABLE' ELSE 'TABLE' END,
                          n.nspname, c.relname, current_user)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.oid IN (SELECT oid FROM ours) AND c.relowner <> (SELECT oid FROM me)
              AND c.relkind IN ('r', 'p', 'S', 'v', 'm', 'f')
              -- A sequence behind a column follows its table, and cannot be given away on its own.
              AND NOT EXISTS (SELECT FROM pg_depend d
                              WHERE c.relkind = 'S' AND d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i'))
            UNION ALL
            SELECT format('ALTER TYPE %I.%I OWNER TO %I;', n.nspname, t.typname, current_user)
            FROM pg_type t
            JOIN pg_namespace n ON n.oid = t.typnamespace
            LEFT JOIN pg_class c ON c.oid = t.typrelid
            WHERE t.typowner <> (SELECT oid FROM me)
              AND (n.oid IN (SELECT oid FROM ours) AND (t.typtype IN ('e', 'd', 'r') OR c.relkind = 'c')
                   -- An enum of ours that an old script put into public.
                   OR n.nspname = 'public' AND t.typtype = 'e'
                      AND EXISTS (SELECT FROM pg_attribute a
                                  JOIN pg_class used ON used.oid = a.attrelid
                                  WHERE used.relnamespace IN (SELECT oid FROM ours) AND used.relname = 'users'
                                    AND a.atttypid = t.oid))
            UNION ALL
            SELECT format('ALTER ROUTINE %I.%I(%s) OWNER TO %I;',
                          n.nspname, p.proname, pg_get_function_identity_arguments(p.oid), current_user)
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            WHERE n.oid IN (SELECT oid FROM ours) AND p.proowner <> (SELECT oid FROM me)
            """;

    private OldDatabase() {}

    static boolean isHere(Connection connection) throws SQLException {
        return Changelog.MAIN.appliedTo(connection).isEmpty()
                && Jdbc.isTrue(
                        connection,
                        "SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                                + " WHERE n.nspname = 'auth' AND c.relname = 'users')");
    }

    /** @throws MigrationRefusedException if it must not or cannot be adopted; nothing has changed then */
    static void requireAdoptable(Connection connection, OldService wish) throws SQLException {
        if (wish == OldService.REFUSE) {
            throw new MigrationRefusedException(
                    "This database was made by the old service. 'migrate --adopt' takes it over: it keeps every row, and it"
                            + " is one-way, because afterwards the old service cannot read new wraps and password hashes."
                            + " Make a backup and stop the old service first.");
        }
        var notOwned = Jdbc.strings(connection, NOT_OWNED);
        if (!notOwned.isEmpty()) {
            throw new MigrationRefusedException("The migration role does not own everything it has to take over."
                    + " An administrator must run:\n" + String.join("\n", notOwned));
        }
        var broken = brokenVaults(connection);
        if (!broken.isEmpty()) {
            throw new MigrationRefusedException("Rows of auth.encryption_vaults that the old service's own rules forbid"
                    + " must be repaired first:\n" + String.join("\n", broken));
        }
    }

    /** Rows per protected table of the old service. */
    static Map<String, Long> protectedRows(Connection connection) throws SQLException {
        return lookingPastRowSecurity(connection, () -> {
            var counts = new TreeMap<String, Long>();
            for (var table : present(connection)) {
                counts.put(table, count(connection, table, "true"));
            }
            return counts;
        });
    }

    private static List<String> brokenVaults(Connection connection) throws SQLException {
        return lookingPastRowSecurity(connection, () -> {
            var broken = new ArrayList<String>();
            if (present(connection).contains("encryption_vaults")) {
                for (var check : CHECKS.entrySet()) {
                    var rows = count(connection, "encryption_vaults", check.getValue());
                    if (rows > 0) {
                        broken.add(rows + " row(s): each " + check.getKey() + " (WHERE " + check.getValue() + ")");
                    }
                }
            }
            return broken;
        });
    }

    private static List<String> present(Connection connection) throws SQLException {
        return Jdbc.strings(
                connection,
                "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = 'auth' AND c.relname = ANY (?) ORDER BY c.relname",
                (Object) PROTECTED.toArray(String[]::new));
    }

    private static long count(Connection connection, String table, String condition) throws SQLException {
        return Jdbc.rows(
                        connection, row -> row.getLong(1), "SELECT count(*) FROM auth." + table + " WHERE " + condition)
                .get(0);
    }

    /**
     * Under FORCE the owner sees no row and no error. So FORCE is lifted in a transaction that is always rolled back, with
     * row_security off, which makes a row that would still be hidden an error.
     */
    private static <T> T lookingPastRowSecurity(Connection connection, Look<T> look) throws SQLException {
        connection.setAutoCommit(false);
        try {
            Jdbc.execute(connection, "SET LOCAL row_security = off");
            for (var table : present(connection)) {
                Jdbc.execute(connection, "ALTER TABLE auth." + table + " NO FORCE ROW LEVEL SECURITY");
            }
            return look.take();
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
    }

    private interface Look<T> {
        T take() throws SQLException;
    }
}
