package how.mana.auth.audit.seal;

/**
 * Something that is not as it was sealed.
 *
 * @param subject the id of the row; of a chain, the user, or the pseudonym of one who is gone; of a head, {@code head} and its number
 */
public record Finding(Kind kind, String subject, String detail) {
    /** What was done to it. The names are printed and read by tools: append-only. */
    public enum Kind {
        /** A row, or the seal it was given, was changed. */
        EDITED,
        /** A row is there that was never sealed when it should have been, or a seal that nobody made. */
        INSERTED,
        /** A sealed row, or a seal with it, is gone. */
        DELETED,
        /** A row stands in another place of its chain than it was sealed in. */
        REORDERED,
        /** The end of a chain, or of the heads, is gone. */
        CUT,
        /** A user is gone, and no receipt says that they were erased. */
        VANISHED,
        /** A head does not hold: forged, replaced, or not the one that was pinned. */
        HEAD,
        /** A key of the trail is gone, or does not open as what it says it is. */
        KEY,
        /** Rows have waited for longer than a sealer takes: nothing is proven of them. */
        UNSEALED
    }
}
