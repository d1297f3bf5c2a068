package how.mana.auth.token;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;
import org.jspecify.annotations.Nullable;

/** Why a request is not authenticated. */
public abstract sealed class TokenRefusal extends Refusal {
    private TokenRefusal(Kind kind, String code, String sentence, @Nullable Throwable cause) {
        super(kind, code, sentence, cause);
    }

    /** No {@code Authorization: Bearer} header. */
    public static final class Missing extends TokenRefusal {
        public Missing() {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", "Missing or invalid Authorization header", null);
        }
    }

    /** The token does not hold. One answer for every cause, so that it teaches a forger nothing. */
    public static final class Invalid extends TokenRefusal {
        public Invalid() {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", "Invalid or expired token", null);
        }
    }

    /** The key that the token names cannot be looked up now. Nothing was decided about the token. */
    public static final class KeysUnavailable extends TokenRefusal {
        KeysUnavailable(Throwable cause) {
            super(Kind.UNAVAILABLE, "SERVICE_UNAVAILABLE", "Service temporarily unavailable", cause);
        }
    }
}
