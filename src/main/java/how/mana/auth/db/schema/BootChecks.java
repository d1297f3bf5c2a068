package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Whether row-level security binds the role a connection is logged in as. Asked before serving, in every profile. Reads the
 * catalogue only; collects everything that is wrong instead of stopping at the first.
 */
public final class BootChecks {
    private static final String ATTRIBUTES = """
            SELECT format('the serving role %1$I is %2$s, which passes or can undo row-level security: ALTER ROLE %1$I %3$s;',
                          r.rolname, a.what, a.remedy)
            FROM pg_roles r
            CROSS JOIN LATERAL (VALUES
                (r.rolsuper, 'a superuser', 'NOSUPERUSER'),
                (r.rolbypassrls, 'BYPASSRLS', 'NOBYPASSRLS'),
                (r.rolreplication, 'REPLICATION', 'NOREPLICATION'),
                (r.rolcreaterole, 'CREATEROLE', 'NOCREATEROLE')) a (holds, what, remedy)
            WHERE r.rolname IN (current_user, session_user) AND a.holds
            UNION ALL
            SELECT format('the connection logs in as %1$I and becomes %2$I, which it can undo: ALTER ROLE %1$I RESET role;',
                          session_user, current_user)
            WHERE session_user <> current_user
            """;

    private static final String OWNERSHIP = """
            SELECT format('the serving role owns %s: ALTER %s OWNER TO <the migration role>;', o.what, o.what)
            FROM (SELECT 'TABLE ' || c.oid::regclass AS what, c.relowner AS owner
                  FROM pg_class c
                  JOIN pg_namespace n ON n.oid = c.relnamespace
                  WHERE n.nspname = ANY ((SELECT schemas FROM here)::text[]) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
                  UNION ALL
                  SELECT 'FUNCTION ' || p.oid::regprocedure, p.proowner
                  FROM pg_proc p
                  JOIN pg_namespace n ON n.oid = p.pronamespace
                  WHERE n.nspname = ANY ((SELECT schemas FROM here)::text[])
                  UNION ALL
                  SELECT 'SCHEMA ' || quote_ident(nspname), nspowner
                  FROM pg_namespace
                  WHERE nspname = ANY ((SELECT schemas FROM here)::text[])) o
            WHERE o.owner = (SELECT oid FROM pg_roles WHERE rolname = current_user)
            """;

    /** A superuser is a member of everything, and told so already. */
    private static final String MEMBERSHIP = """
            SELECT format('the serving role %1$I is a member of %2$I, %3$s: REVOKE %2$I FROM %1$I; (or from the role between)',
                          current_user, g.rolname,
                          CASE WHEN g.rolsuper THEN 'a superuser'
                               WHEN g.rolbypassrls THEN 'which passes row-level security'
                               WHEN g.rolname LIKE 'pg\\_%' THEN 'which reaches past every grant'
                               WHEN g.rolname LIKE 'mana\\_%' THEN 'whose rights are not for serving'
                               ELSE 'which owns what it must be protected from' END)
            FROM pg_roles g
            WHERE g.rolname <> current_user
              AND pg_has_role(current_user, g.oid, 'MEMBER')
              AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
              AND (g.rolsuper OR g.rolbypassrls
                   OR g.rolname IN ('mana_maintenance', 'mana_auditor', 'mana_eraser', 'mana_backup', 'pg_write_all_data',
                                 'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files')
                   OR g.oid IN (SELECT c.relowner FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                                WHERE n.nspname = ANY ((SELECT schemas FROM here)::text[])
                                  AND (c.relname = ANY ((SELECT tables FROM here)::text[]) OR c.relname = 'users'))
                   OR g.oid IN (SELECT nspowner FROM pg_namespace WHERE nspname = ANY ((SELECT schemas FROM here)::text[])))
            ORDER BY g.rolname
            """;

    /** Grants to the role, to PUBLIC, and to any group it could SET ROLE to. Those of the owner, the eraser and the auditor are theirs: membership is what is wrong then. */
    private static final String RIGHTS = """
            SELECT DISTINCT format('%2$s is granted on %1$s, which would let the service %3$s: REVOKE %2$s ON %1$s FROM %4$s;%5$s',
                          c.oid::regclass,
                          g.privilege_type || CASE WHEN g.privilege_type = 'INSERT' THEN coalesce(' (' || quote_ident(g.column) || ')', '') ELSE '' END,
                          CASE c.relname WHEN 'users' THEN 'delete users without a receipt, trail and all'
                                         WHEN 'encryption_vault_audit' THEN 'rewrite the trail'
                                         WHEN 'audit_seal' THEN 'rewrite the seals of the trail'
                                         WHEN 'audit_heads' THEN 'rewrite the seals of the trail'
                                         WHEN 'audit_keys' THEN 'rewrite the seals of the trail'
                                         WHEN 'erasure_receipts' THEN 'rewrite the receipts of erasures'
                                         WHEN 'mission_grants' THEN 'rewrite the ledger of grants'
                                         WHEN 'decrypt_audit' THEN 'rewrite the record of decrypts'
                                         ELSE 'destroy keys' END,
                          CASE WHEN g.grantee = 0 THEN 'PUBLIC' ELSE quote_ident(pg_get_userbyid(g.grantee)) END,
                          CASE WHEN c.relname = 'encryption_vault_audit' AND g.privilege_type = 'INSERT' AND g.column IS NULL
                               THEN ' GRANT INSERT (id, user_id, action, ip_address, user_agent, context, status) ON '
                                    || c.oid::regclass || ' TO mana_app;'
                               ELSE '' END)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            CROSS JOIN LATERAL (
                SELECT t.grantee, t.privilege_type, NULL AS column FROM aclexplode(c.relacl) t
                UNION ALL
                SELECT t.grantee, t.privilege_type, a.attname FROM pg_attribute a, aclexplode(a.attacl) t WHERE a.attrelid = c.oid) g
            WHERE n.nspname = ANY ((SELECT schemas FROM here)::text[])
              AND g.grantee <> c.relowner
              AND pg_get_userbyid(g.grantee) <> 'mana_eraser'
              AND (g.grantee = 0 OR pg_has_role(current_user, g.grantee, 'MEMBER'))
              AND (c.relname IN ('encryption_vault_audit', 'decrypt_audit', 'erasure_receipts')
                       AND g.privilege_type IN ('UPDATE', 'DELETE', 'TRUNCATE', 'TRIGGER')
                   OR c.relname = 'encryption_vault_audit' AND g.privilege_type = 'INSERT'
                       AND coalesce(g.column, 'xid') IN ('created_at', 'xid')
                   OR c.relname IN ('audit_seal', 'audit_heads', 'audit_keys') AND g.privilege_type <> 'SELECT'
                       AND pg_get_userbyid(g.grantee) NOT IN ('mana_auditor', 'mana_maintenance')
                   OR c.relname = 'encryption_vaults' AND g.privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER')
                   OR c.relname = 'replaced_recovery_wraps' AND g.privilege_type IN ('TRUNCATE', 'TRIGGER')
                   OR c.relname = 'retained_keys' AND g.privilege_type IN ('TRUNCATE', 'TRIGGER')
                   OR c.relname = 'retained_keys' AND g.privilege_type = 'UPDATE' AND pg_get_userbyid(g.grantee) <> 'mana_maintenance'
                   OR c.relname = 'mission_grants' AND g.privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER')
                   OR c.relname = 'mission_grants' AND g.privilege_type = 'UPDATE' AND g.column IS DISTINCT FROM 'revoked_at'
                   OR c.relname = 'users' AND g.privilege_type IN ('DELETE', 'TRUNCATE', 'TRIGGER'))
              AND NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user)
            """;

    static final String ROW_SECURITY = """
            SELECT CASE WHEN c.oid IS NULL THEN format('table %1$I.%2$I is missing: run migrate', n.name, t.name)
                        ELSE format('%1$I.%2$I is not under ENABLE and FORCE ROW LEVEL SECURITY: ALTER TABLE %1$I.%2$I'
                                    ' ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;', n.name, t.name) END
            FROM (SELECT schemas[1] AS name, tables FROM here) n
            CROSS JOIN unnest(n.tables) t (name)
            LEFT JOIN pg_class c ON c.relname = t.name AND c.relkind = 'r'
                 AND c.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = n.name)
            WHERE c.oid IS NULL OR NOT c.relrowsecurity OR NOT c.relforcerowsecurity
            ORDER BY t.name
            """;

    /** Functions that reach past row-level security on purpose; the migrations let the service call them and nobody else. */
    static final String FUNCTIONS = """
            SELECT format('anybody may call %1$s, which reaches past row-level security: REVOKE EXECUTE ON FUNCTION %1$s FROM PUBLIC;',
                          p.oid::regprocedure)
            FROM pg_proc p
            JOIN pg_namespace n ON n.oid = p.pronamespace
            CROSS JOIN LATERAL aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) g
            WHERE n.nspname = ANY ((SELECT schemas FROM here)::text[]) AND p.prosecdef AND g.grantee = 0 AND g.privilege_type = 'EXECUTE'
            """;

    /**
     * One question instead of six: each costs a trip to the database, and every start waits for all of them. It is asked of
     * our schemas, the one with the protected tables first, and of those tables.
     */
    private static final String REFUSALS = Stream.of(ATTRIBUTES, OWNERSHIP, MEMBERSHIP, RIGHTS, FUNCTIONS, ROW_SECURITY)
            .collect(Collectors.joining(
                    ") UNION ALL (", "WITH here AS (SELECT ?::text[] AS schemas, ?::text[] AS tables) (", ")"));

    private BootChecks() {}

    /** @throws BootRefusedException with every reason, if there is one */
    public static void require(Connection serving) throws SQLException {
        require("This database", refusalsOf(serving));
    }

    /**
     * The same of what we own in the sync database.
     *
     * @throws BootRefusedException with every reason, if there is one
     */
    public static void requireSync(Connection serving) throws SQLException {
        require("The sync database", refusalsOfSync(serving));
    }

    private static void require(String database, List<String> refusals) {
        if (!refusals.isEmpty()) {
            throw new BootRefusedException(database, refusals);
        }
    }

    /** Why a service must not serve over this connection, each with its remedy; empty if it may. */
    public static List<String> refusalsOf(Connection serving) throws SQLException {
        return refusalsOf(serving, ProtectedTables.MAIN);
    }

    /** Why a service must not use the sync database over this connection. */
    public static List<String> refusalsOfSync(Connection serving) throws SQLException {
        return refusalsOf(serving, ProtectedTables.SYNC);
    }

    private static List<String> refusalsOf(Connection serving, ProtectedTables ours) throws SQLException {
        var schemas = ours.schemas().toArray(String[]::new);
        var tables = (Object) ours.tables().toArray(String[]::new);
        var refusals = new ArrayList<>(Jdbc.strings(serving, REFUSALS, schemas, tables));
        refusals.addAll(policyRefusals(serving, ours));
        refusals.addAll(versionRefusals(serving, ours));
        return List.copyOf(refusals);
    }

    static List<String> policyRefusals(Connection serving, ProtectedTables ours) throws SQLException {
        var schema = ours.changelog().schema();
        var found = new HashMap<String, Set<String>>();
        Jdbc.rows(
                serving,
                row -> found.computeIfAbsent(row.getString(1), table -> new TreeSet<>())
                        .add(row.getString(2)),
                ExpectedPolicies.LINES_SQL,
                schema,
                ours.tables().toArray(String[]::new));
        var refusals = new ArrayList<String>();
        ExpectedPolicies.differences(ours.policies(), found)
                .forEach((table, lines) -> refusals.add("the policies of " + schema + "." + table
                        + " are not the ones this service is built on; restore them from " + ours.policyFile() + " ("
                        + String.join("; ", lines) + ")"));
        return refusals;
    }

    static List<String> versionRefusals(Connection serving, ProtectedTables ours) throws SQLException {
        var changelog = ours.changelog();
        var readable = Jdbc.rows(
                serving,
                row -> row.getBoolean(1),
                "SELECT has_schema_privilege(n.oid, 'USAGE') AND has_table_privilege(c.oid, 'SELECT') FROM pg_class c"
                        + " JOIN pg_namespace n ON n.oid = c.relnamespace"
                        + " WHERE n.nspname = ? AND c.relname = 'mana_changelog'",
                changelog.schema());
        if (readable.isEmpty()) {
            return List.of("this database was never migrated: run migrate with " + ours.ownerVariable());
        }
        if (!readable.get(0)) {
            return Jdbc.strings(
                    serving,
                    "SELECT format('the serving role %1$I has no rights: GRANT mana_app TO %1$I;', current_user)");
        }
        if (!changelog.appliedTo(serving).contains(changelog.latest())) {
            return List.of("the schema is older than this service, which needs changeset " + changelog.latest()
                    + ": run migrate with " + ours.ownerVariable());
        }
        return List.of();
    }
}
