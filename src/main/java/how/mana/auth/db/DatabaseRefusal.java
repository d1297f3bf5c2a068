package how.mana.auth.db;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;
import java.time.Duration;
import java.util.Optional;

/** What the database makes us refuse. */
public abstract sealed class DatabaseRefusal extends Refusal {
    private DatabaseRefusal(Kind kind, String code, String sentence, Throwable cause) {
        super(kind, code, sentence, cause);
    }

    private DatabaseRefusal(Kind kind, String code, String sentence) {
        super(kind, code, sentence);
    }

    /** The database is away, full, slow or answers nonsense. Nothing was decided about the caller. */
    public static final class Unavailable extends DatabaseRefusal {
        Unavailable(Throwable cause) {
            super(Kind.UNAVAILABLE, "SERVICE_UNAVAILABLE", "Service temporarily unavailable", cause);
        }
    }

    /** A key was wrapped by a KEK that is not the active one any more, and was not stored. Wrapped by that one, it would be. */
    public static final class KekSuperseded extends DatabaseRefusal {
        KekSuperseded() {
            super(Kind.UNAVAILABLE, "KEK_UNAVAILABLE", "The key encryption key changed just now; try again");
        }
    }

    /** No KEK may wrap or open anything at the moment. */
    public static final class KekUnavailable extends DatabaseRefusal {
        public KekUnavailable() {
            super(Kind.UNAVAILABLE, "KEK_UNAVAILABLE", "The key encryption key is not available; try again later");
        }
    }

    /** An operator has to give this service its sync database before it can answer. */
    public static final class SyncNotConfigured extends DatabaseRefusal {
        SyncNotConfigured() {
            super(
                    Kind.UNAVAILABLE,
                    "SYNC_NOT_CONFIGURED",
                    "This service has no sync database; its operator has to set SYNC_DATABASE_URL");
        }
    }

    /** The caller was refused so often that the trail takes no more rows of that for a while. */
    public static final class TooManyRefusals extends DatabaseRefusal {
        private final Duration remaining;

        TooManyRefusals(Duration remaining) {
            super(Kind.TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests were refused; try again later");
            this.remaining = remaining;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.of(remaining);
        }
    }

    /** The token is genuine, but its user is gone or its session has ended: the same answer as for a bad token. */
    public static final class CallerUnknown extends DatabaseRefusal {
        public CallerUnknown() {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", "Invalid or expired token");
        }
    }
}
