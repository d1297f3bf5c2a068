package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.grant.worker.DecryptAudit.Status;

/** What came of a field value: its plaintext, or the reason there is none. */
public sealed interface FieldResult {
    /** The value in the clear. */
    record Opened(JsonNode value) implements FieldResult {
        /** Says nothing of the value: results end up in logs. */
        @Override
        public String toString() {
            return "Opened[hidden]";
        }
    }

    /** The value was not opened. */
    record Refused(Reason reason) implements FieldResult {}

    /** Why a value was not opened. */
    enum Reason {
        /** The grant does not list the record. */
        RECORD_NOT_IN_GRANT_ALLOWLIST(Status.SCOPE_VIOLATION, "record-not-in-grant-allowlist"),
        /** Says it is sealed, and is not of the format. */
        CIPHERTEXT_MALFORMED(Status.FAILED, "ciphertext-malformed"),
        /** Changed since it was sealed, or sealed under another key: the master key, for one. */
        CIPHERTEXT_TAMPERED_OR_WRONG_KEY(Status.FAILED, "ciphertext-tampered-or-wrong-key"),
        /** Anything else: what was sealed is no JSON, or the mission was closed already. */
        DECRYPT_FAILED(Status.FAILED, "decrypt-failed"),
        /** The grant was refused, as are those that follow: see {@link UnwrapResult.Reason}. */
        GRANT_NOT_CONFIGURED(Status.FAILED, UnwrapResult.Reason.NOT_CONFIGURED.word()),
        GRANT_EXPIRED(Status.FAILED, UnwrapResult.Reason.EXPIRED.word()),
        GRANT_MALFORMED(Status.FAILED, UnwrapResult.Reason.MALFORMED.word()),
        GRANT_WRAP_REJECTED(Status.FAILED, UnwrapResult.Reason.WRAP_REJECTED.word()),
        GRANT_REVOKED(Status.FAILED, UnwrapResult.Reason.REVOKED.word());

        private final Status status;
        private final String word;

        Reason(Status status, String word) {
            this.status = status;
            this.word = word;
        }

        static Reason of(UnwrapResult.Reason refusal) {
            return switch (refusal) {
                case NOT_CONFIGURED -> GRANT_NOT_CONFIGURED;
                case EXPIRED -> GRANT_EXPIRED;
                case MALFORMED -> GRANT_MALFORMED;
                case WRAP_REJECTED -> GRANT_WRAP_REJECTED;
                case REVOKED -> GRANT_REVOKED;
            };
        }

        /** What the audit calls an attempt with this outcome. */
        public Status status() {
            return status;
        }

        /** The reason as it is reported. */
        public String word() {
            return word;
        }
    }
}
