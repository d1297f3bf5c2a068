package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The NOLOGIN groups that hold every grant and policy, and who is in them. What is missing is made by {@code docs/roles.sql},
 * which is on the class path as {@value #SCRIPT}: by this role if it may, else by an administrator.
 */
final class GroupRoles {
    private static final Logger LOG = Logger.getLogger(GroupRoles.class);
    private static final String SCRIPT = "/db/roles.sql";

    private static final String UNFIT = """
            SELECT format('ALTER ROLE %I NOLOGIN NOSUPERUSER NOBYPASSRLS NOCREATEROLE;', rolname)
            FROM pg_roles
            WHERE rolname IN ('mana_app', 'mana_eraser', 'mana_maintenance', 'mana_auditor', 'mana_backup')
              AND (rolcanlogin OR rolsuper OR rolbypassrls OR rolcreaterole)
            ORDER BY rolname
            """;

    private static final String MISSING = """
            SELECT 'group ' || g.name || ' does not exist'
            FROM (VALUES ('mana_app'), ('mana_eraser'), ('mana_maintenance'), ('mana_auditor'), ('mana_backup')) g (name)
            WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = g.name)
            UNION ALL
            SELECT current_user || ' may not SET ROLE ' || rolname
            FROM pg_roles
            WHERE rolname IN ('mana_eraser', 'mana_maintenance', 'mana_auditor')
              AND NOT pg_has_role(current_user, oid,
                      CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END)
            UNION ALL
            SELECT current_user || ' may not create schemas in this database'
            WHERE NOT has_database_privilege(current_user, current_database(), 'CREATE')
            UNION ALL
            SELECT rolname || ' is not a member of mana_app'
            FROM pg_roles
            WHERE rolname = ?
              AND NOT EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'mana_app' AND pg_has_role(pg_roles.oid, g.oid, 'USAGE'))
            UNION ALL
            SELECT rolname || ' is not a member of mana_auditor'
            FROM pg_roles
            WHERE rolname = ?
              AND NOT EXISTS (SELECT FROM pg_roles g WHERE g.rolname = 'mana_auditor' AND pg_has_role(pg_roles.oid, g.oid,
                      CASE WHEN current_setting('server_version_num')::integer >= 160000 THEN 'SET' ELSE 'MEMBER' END))
            """;

    private final Connection connection;
    private final Optional<String> servingRole;
    private final Optional<String> auditorRole;

    /**
     * @param connection as the owner
     * @param servingRole a member of {@code mana_app}, unless it is for an administrator to make one
     * @param auditorRole the same of {@code mana_auditor}
     */
    GroupRoles(Connection connection, Optional<String> servingRole, Optional<String> auditorRole) {
        this.connection = connection;
        this.servingRole = servingRole;
        this.auditorRole = auditorRole;
    }

    /** @throws MigrationRefusedException with the SQL an administrator must run, if this role may not do it itself */
    void ensure() throws SQLException {
        requireFit();
        requireThere(servingRole, "The role that is to serve");
        requireThere(auditorRole, "The role that is to seal the trail");
        var missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        var owner = Jdbc.strings(connection, "SELECT current_user").get(0);
        var script = scriptFor(owner);
        connection.setAutoCommit(false);
        try {
            Jdbc.execute(connection, script);
            connection.commit();
            LOG.infof("Roles: %s; done", String.join(", ", missing));
        } catch (SQLException e) {
            LOG.debug("The migration role cannot create roles or grant membership", e);
            throw new MigrationRefusedException(String.join("; ", missing)
                    + ". The migration role may not change that ("
                    + e.getMessage() + "). An administrator must run, connected to this database, docs/roles.sql:\n\n"
                    + script);
        } finally {
            connection.rollback();
            connection.setAutoCommit(true);
        }
        var stillMissing = missing();
        if (!stillMissing.isEmpty()) {
            throw new MigrationRefusedException(String.join("; ", stillMissing)
                    + ". An administrator must run, connected to this database, docs/roles.sql:\n\n" + script);
        }
    }

    private List<String> missing() throws SQLException {
        return Jdbc.strings(connection, MISSING, servingRole.orElse(""), auditorRole.orElse(""));
    }

    private void requireFit() throws SQLException {
        var unfit = Jdbc.strings(connection, UNFIT);
        if (!unfit.isEmpty()) {
            throw new MigrationRefusedException("Groups must neither log in nor pass row-level security."
                    + " An administrator must run:\n" + String.join("\n", unfit));
        }
    }

    private void requireThere(Optional<String> login, String what) throws SQLException {
        for (var role : login.stream().toList()) {
            List<String> creation = Jdbc.strings(
                    connection,
                    "SELECT format('CREATE ROLE %I LOGIN PASSWORD ''…'';', ?)"
                            + " WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = ?)",
                    role,
                    role);
            if (!creation.isEmpty()) {
                throw new MigrationRefusedException(
                        what + " does not exist. An administrator must run:\n" + creation.get(0));
            }
        }
    }

    /** The script with its psql variables filled in. */
    private String scriptFor(String owner) throws SQLException {
        return script().replace(":'owner'", literal(owner))
                .replace(":'app'", literal(servingRole.orElse("")))
                .replace(":'auditor'", literal(auditorRole.orElse("")));
    }

    private String literal(String text) throws SQLException {
        return Jdbc.strings(connection, "SELECT quote_literal(?)", text).get(0);
    }

    private static String script() {
        try (var script = GroupRoles.class.getResourceAsStream(SCRIPT)) {
            if (script == null) {
                throw new IllegalStateException(SCRIPT + " is not on the class path");
            }
            return new String(script.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
