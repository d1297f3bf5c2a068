package how.mana.auth.grant.worker;

import how.mana.auth.grant.worker.FieldResult.Reason;
import java.util.Optional;

/** The user's record of what a worker read: one row for every attempt to open a value. */
@FunctionalInterface
public interface DecryptAudit {
    /**
     * Stores one row, for good: when this returns, the row is committed.
     *
     * @throws NotRecordedException if it is not; the plaintext must stay where it is then
     */
    void record(Attempt attempt);

    /**
     * One attempt to open a value.
     *
     * @param iterationId the run of the mission, if the worker numbers them
     * @param refusal empty if the value was opened
     */
    record Attempt(
            String userId, String missionId, Optional<String> iterationId, RecordRef record, Optional<Reason> refusal) {
        /** The outcome in one word. */
        public Status status() {
            return refusal.map(Reason::status).orElse(Status.OK);
        }
    }

    /** The outcome of an attempt. */
    enum Status {
        /** The value was opened. */
        OK("ok"),
        /** The value could not be opened. */
        FAILED("failed"),
        /** The value was outside the grant. */
        SCOPE_VIOLATION("scope-violation");

        private final String word;

        Status(String word) {
            this.word = word;
        }

        /** The status as it is stored. */
        public String word() {
            return word;
        }
    }

    /** An attempt could not be put on record. */
    final class NotRecordedException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        /** With nothing but a message. */
        public NotRecordedException(String message) {
            super(message);
        }

        /** With what went wrong underneath. */
        public NotRecordedException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
