package how.mana.auth.cli;

import how.mana.auth.db.jdbc.Group;

/** Whom a command works as in the database. */
public enum DatabaseRole {
    /** It asks no database. */
    NONE("none"),
    /** The role that serves. */
    APP("app (`DATABASE_URL`)"),
    /** The role that migrates. */
    OWNER("owner (`MIGRATION_DATABASE_URL`)"),
    MAINTENANCE(Group.MAINTENANCE),
    AUDITOR(Group.AUDITOR),
    BACKUP(Group.BACKUP),
    /** It reads a restored copy, and asks the database that serves nothing. */
    COPY("`mana_backup` in the copy (`REHEARSAL_DATABASE_URL`)");

    private final String text;

    DatabaseRole(Group group) {
        this("`" + group.role() + "` (`" + group.variable() + "`)");
    }

    DatabaseRole(String text) {
        this.text = text;
    }

    /** As the table of commands in {@code docs/operations.md} has it. */
    String text() {
        return text;
    }
}
