package how.mana.auth.db;

/** What became of the wish that a user be there. In lower case, the words of {@code auth.provision_user}. */
public enum Provisioned {
    /** The row was made now. */
    CREATED,
    /** There was one, which nobody changed, even if it is that of a closed account. */
    EXISTS,
    /** The user was erased after whoever wishes spoke of them. Nothing was made. */
    ERASED,
    /** Another user has the e-mail. Nothing was made, and nobody was linked. */
    EMAIL_TAKEN
}
