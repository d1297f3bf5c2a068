package how.mana.auth.db;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

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

    /** An operator has to give this service its sync database before it can answer. */
    public static final class SyncNotConfigured extends DatabaseRefusal {
        SyncNotConfigured() {
            super(
                    Kind.UNAVAILABLE,
                    "SYNC_NOT_CONFIGURED",
                    "This service has no sync database; its operator has to set SYNC_DATABASE_URL");
        }
    }

    /** The token is genuine, but its user is gone or its session has ended: the same answer as for a bad token. */
    public static final class CallerUnknown extends DatabaseRefusal {
        public CallerUnknown() {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", "Invalid or expired token");
        }
    }
}
