package how.mana.auth.vault;

import how.mana.auth.audit.RecordedRefusal;
import how.mana.auth.problem.Kind;
import java.time.Duration;
import java.util.Optional;

/** Every way the vault says no, with its code for clients and its word for the trail. */
abstract sealed class VaultRefusal extends RecordedRefusal {
    private VaultRefusal(Kind kind, String code, String sentence, String trailContext) {
        super(kind, code, sentence, trailContext);
    }

    static final class NotInitialised extends VaultRefusal {
        NotInitialised() {
            super(Kind.NOT_FOUND, "VAULT_NOT_INITIALISED", "This user has no vault yet", "no-vault");
        }
    }

    static final class BadRequest extends VaultRefusal {
        BadRequest(String sentence) {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", sentence, "bad-request");
        }
    }

    static final class ZeroKnowledgeForbidsRotation extends VaultRefusal {
        ZeroKnowledgeForbidsRotation() {
            super(
                    Kind.CONFLICT,
                    "ZK_ROTATE_FORBIDDEN",
                    "In zero-knowledge mode the service cannot replace the key; leave that mode first",
                    "zk-rotate-forbidden");
        }
    }

    static final class ZeroKnowledgeActive extends VaultRefusal {
        ZeroKnowledgeActive() {
            super(
                    Kind.CONFLICT,
                    "ZK_ACTIVE",
                    "In zero-knowledge mode the recovery wrap is the only one; leave that mode first",
                    "zk-active");
        }
    }

    static final class ZeroKnowledgeForbidsLending extends VaultRefusal {
        ZeroKnowledgeForbidsLending() {
            super(
                    Kind.CONFLICT,
                    "ZK_ACTIVE",
                    "In zero-knowledge mode the service has no key to derive another from; leave that mode first",
                    "zk-active");
        }
    }

    static final class RecoveryWrapMissing extends VaultRefusal {
        private RecoveryWrapMissing(String trailContext) {
            super(
                    Kind.BAD_REQUEST,
                    "RECOVERY_WRAP_MISSING",
                    "Store a recovery wrap before switching zero-knowledge mode on",
                    trailContext);
        }

        static RecoveryWrapMissing none() {
            return new RecoveryWrapMissing("no-recovery-wrap");
        }

        /** Something is stored that no client can have made: switching on would destroy the key. */
        static RecoveryWrapMissing malformed() {
            return new RecoveryWrapMissing("malformed-recovery-wrap");
        }
    }

    static final class StaleGeneration extends VaultRefusal {
        StaleGeneration() {
            super(
                    Kind.CONFLICT,
                    "STALE_KEY_GENERATION",
                    "This wrap is of another key generation; fetch the key and wrap it again",
                    "stale-generation");
        }
    }

    static final class GenerationNotFound extends VaultRefusal {
        GenerationNotFound() {
            super(
                    Kind.NOT_FOUND,
                    "GENERATION_NOT_FOUND",
                    "The service has no key of this generation: it never was, or its retention has ended",
                    "generation-not-found");
        }
    }

    static final class TooManyGenerations extends VaultRefusal {
        TooManyGenerations() {
            super(
                    Kind.CONFLICT,
                    "TOO_MANY_GENERATIONS",
                    "Too many superseded keys are kept; commit the rotation, take it back, or wait until they expire",
                    "too-many-generations");
        }
    }

    static final class RotationSuperseded extends VaultRefusal {
        RotationSuperseded() {
            super(
                    Kind.CONFLICT,
                    "ROTATION_SUPERSEDED",
                    "This Idempotency-Key was used for a key that is not the present one any more; nothing was changed",
                    "rotation-superseded");
        }
    }

    static final class TooManyRekeys extends VaultRefusal {
        private final Duration remaining;

        TooManyRekeys(Duration remaining) {
            super(
                    Kind.TOO_MANY_REQUESTS,
                    "RATE_LIMITED",
                    "The key was replaced too often; nothing was changed, try again later",
                    "rate-limited");
            this.remaining = remaining;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.of(remaining);
        }
    }

    static final class MasterKeyMismatch extends VaultRefusal {
        MasterKeyMismatch() {
            super(
                    Kind.BAD_REQUEST,
                    "MASTER_KEY_MISMATCH",
                    "This is not the master key of this vault; nothing was changed",
                    "master-key-mismatch");
        }
    }

    static final class NothingToRestore extends VaultRefusal {
        NothingToRestore() {
            super(
                    Kind.NOT_FOUND,
                    "RECOVERY_WRAP_NOT_FOUND",
                    "No replaced recovery wrap of the present key is kept",
                    "no-replaced-wrap");
        }
    }

    static final class TooManyReplaced extends VaultRefusal {
        TooManyReplaced() {
            super(
                    Kind.CONFLICT,
                    "TOO_MANY_RECOVERY_WRAPS",
                    "Too many replaced recovery wraps are kept; purge them or wait until they expire",
                    "too-many-replaced-wraps");
        }
    }

    static final class KekUnavailable extends VaultRefusal {
        KekUnavailable() {
            super(
                    Kind.UNAVAILABLE,
                    "KEK_UNAVAILABLE",
                    "The key that wraps this vault is not loaded; nothing was changed, try again later",
                    "kek-unavailable");
        }
    }

    /** An operator has stopped everything that opens or makes a key, until further notice. */
    static final class Sealed extends VaultRefusal {
        Sealed() {
            super(
                    Kind.UNAVAILABLE,
                    "SERVICE_SEALED",
                    "The service was sealed by its operator and opens no key for now; nothing was changed",
                    "sealed");
        }
    }

    /** The wrap does not open, whatever the cause: one answer, so that nobody learns how to make one that does. */
    static final class UnwrapFailed extends VaultRefusal {
        UnwrapFailed() {
            super(Kind.INTERNAL, "INTERNAL", "Internal server error", "unwrap-failed");
        }
    }
}
