package how.mana.auth.session.password;

/** Of what kinds the stored hashes of all users are: checks against some take longer than against others. */
public enum HashesInUse {
    /** Every check takes the same time. */
    CURRENT,
    /** Some were made by the old service, or with other parameters. */
    CURRENT_AND_OTHERS
}
