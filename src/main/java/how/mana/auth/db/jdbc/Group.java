package how.mana.auth.db.jdbc;

/** The groups that operators work as: nobody logs in as one. */
public enum Group {
    /** Reads all wraps, changes which KEK wraps a key and nothing else about it. */
    MAINTENANCE("mana_maintenance", "MAINTENANCE_DATABASE_URL"),
    /** Reads the whole trail and seals it. */
    AUDITOR("mana_auditor", "AUDITOR_DATABASE_URL"),
    /** Reads everything and changes nothing. */
    BACKUP("mana_backup", "BACKUP_DATABASE_URL");

    private final String role;
    private final String variable;

    Group(String role, String variable) {
        this.role = role;
        this.variable = variable;
    }

    /** Its name in the database; safe in SQL. */
    public String role() {
        return role;
    }

    /** Names a login role that is a member of it. Unset, the migration role stands in. */
    public String variable() {
        return variable;
    }
}
