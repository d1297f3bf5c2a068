package how.mana.auth.db.schema;

/** What a migration does when the database is one the old service made. */
public enum OldService {
    /** Stops and says what adopting means. */
    REFUSE,
    /** Takes the database over: every row stays, and the old service can no longer use it. */
    ADOPT
}
