package how.mana.auth.outbound;

/** Who an errand goes to. Each has its own turn, so that one that hangs holds up nobody else's errands. */
enum Target {
    /** mana-notify, which sends mail. */
    NOTIFY,
    /** mana-credits. */
    CREDITS,
    /** mana-mail, which keeps mailboxes. */
    MAILBOXES,
    /** The sync database, which other services own. */
    SYNC
}
