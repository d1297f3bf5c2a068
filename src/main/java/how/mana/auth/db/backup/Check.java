package how.mana.auth.db.backup;

/**
 * Something that was looked at.
 *
 * @param ok whether it is as it should be
 * @param what it is
 * @param detail how it is; for a person
 */
public record Check(boolean ok, String what, String detail) {}
