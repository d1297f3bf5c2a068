package how.mana.auth.db.schema;

import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Brings what this service owns in the sync database to the schema this build needs: {@code mana_ai.decrypt_audit}, its
 * policies and grants. Everything else there belongs to other services and is left alone. Like {@link Migrations}, it is run by
 * the owner role, blocks, and may be started any number of times at once.
 */
public final class SyncMigrations {
    private static final String TABLE_IS_HERE = """
            SELECT EXISTS (SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
                           WHERE n.nspname = 'mana_ai' AND c.relname = 'decrypt_audit')
            """;

    /** The sequence behind the id follows its table. */
    private static final String NOT_OWNED = """
            SELECT format('ALTER SCHEMA %I OWNER TO %I;', nspname, current_user)
            FROM pg_namespace
            WHERE nspname = 'mana_ai' AND pg_get_userbyid(nspowner) <> current_user
            UNION ALL
            SELECT format('ALTER TABLE %I.%I OWNER TO %I;', n.nspname, c.relname, current_user)
            FROM pg_class c
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname = 'mana_ai' AND c.relname IN ('decrypt_audit', 'mana_changelog', 'mana_changelog_lock')
              AND pg_get_userbyid(c.relowner) <> current_user
            """;

    private final DatabaseUrl owner;
    private final String servingRole;

    private SyncMigrations(DatabaseUrl owner, String servingRole) {
        this.owner = owner;
        this.servingRole = servingRole;
    }

    /**
     * Migrates, and makes the serving role a member of {@code mana_app}.
     *
     * @throws MigrationRefusedException if both are one role: row-level security would rest on its owner's good will
     */
    public static SyncMigrations by(DatabaseUrl owner, DatabaseUrl serving) {
        OwnerSession.requireTwoRoles(owner, serving, "SYNC_DATABASE_URL and MIGRATION_SYNC_DATABASE_URL");
        return new SyncMigrations(owner, serving.role());
    }

    /**
     * Migrates; with {@link OldService#ADOPT}, also takes over a table that the old worker made: its rows stay, its policy
     * and grants do not.
     *
     * @throws MigrationRefusedException if an operator has to do something first
     * @throws MigrationFailedException if it stopped on the way; running it again carries on
     */
    public MigrationResult run(OldService wish) {
        return OwnerSession.run(owner, connection -> migrate(connection, wish));
    }

    private MigrationResult migrate(Connection connection, OldService wish) throws Exception {
        var adopting = Changelog.SYNC.appliedTo(connection).isEmpty() && Jdbc.isTrue(connection, TABLE_IS_HERE);
        if (adopting && wish == OldService.REFUSE) {
            throw new MigrationRefusedException("mana_ai.decrypt_audit in the sync database was made by the old worker."
                    + " 'migrate --adopt' takes it over: it keeps every row, and afterwards only members of mana_app that"
                    + " say for whom they act can write there. Make a backup and stop the old worker first.");
        }
        requireOwned(connection);
        new GroupRoles(connection, Optional.of(servingRole), Optional.empty()).ensure();
        return new MigrationResult(Changelog.SYNC.migrate(connection), adopting);
    }

    private static void requireOwned(Connection connection) throws SQLException {
        var notOwned = Jdbc.strings(connection, NOT_OWNED);
        if (!notOwned.isEmpty()) {
            throw new MigrationRefusedException("The migration role does not own what it has to take over in the sync"
                    + " database. An administrator must stop the old worker, which cannot write there afterwards, and"
                    + " run:\n" + String.join("\n", notOwned));
        }
    }
}
