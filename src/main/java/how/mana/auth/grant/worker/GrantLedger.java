package how.mana.auth.grant.worker;

import java.util.Optional;
import java.util.stream.Stream;

/** The service's book of mission grants: the one place that knows whether a grant was taken back. */
@FunctionalInterface
public interface GrantLedger {
    /**
     * How the grant stands right now.
     *
     * @param userId the user the mission belongs to
     * @throws UnavailableException if the ledger gives no answer; the grant must not be used then
     */
    Standing check(MissionGrant grant, String userId);

    /**
     * No ledger at all, for a worker whose service has none. Nothing can be revoked then, and {@code expiresAt} is
     * unauthenticated: it is plain JSON beside the wrapped key, so whoever can change the stored grant decides when it
     * ends.
     */
    static GrantLedger unchecked() {
        return (grant, userId) -> Standing.OK;
    }

    /** How a grant stands. */
    enum Standing {
        /** In force. */
        OK("ok"),
        /** Ended, by the service's clock and its own record of the grant. */
        EXPIRED("expired"),
        /** Not a grant the ledger can place. */
        MALFORMED("malformed"),
        /** Taken back. */
        REVOKED("revoked");

        private final String word;

        Standing(String word) {
            this.word = word;
        }

        static Optional<Standing> of(String word) {
            return Stream.of(values()).filter(each -> each.word.equals(word)).findFirst();
        }
    }

    /** The ledger did not answer, or not in words known here. */
    final class UnavailableException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** With nothing but a message. */
        public UnavailableException(String message) {
            super(message);
        }

        /** With what went wrong underneath. */
        public UnavailableException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
