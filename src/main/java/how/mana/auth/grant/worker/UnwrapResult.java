package how.mana.auth.grant.worker;

/** What came of a grant: an open mission, or the reason there is none. */
public sealed interface UnwrapResult {
    /** The grant is good. Whoever asked closes the mission. */
    record Opened(OpenMission mission) implements UnwrapResult {}

    /** The grant is refused. */
    record Refused(Reason reason) implements UnwrapResult {}

    /** Why a grant is refused. */
    enum Reason {
        /** This worker has no private key, or one that cannot be read. */
        NOT_CONFIGURED("not-configured"),
        /** The grant has ended, or does not say when it ends. */
        EXPIRED("expired"),
        /** Not a grant. */
        MALFORMED("malformed"),
        /** The wrapped key does not open with this worker's private key. */
        WRAP_REJECTED("wrap-rejected"),
        /** The grant was taken back. */
        REVOKED("revoked");

        private final String word;

        Reason(String word) {
            this.word = word;
        }

        /** The reason as it is reported. */
        public String word() {
            return word;
        }
    }
}
