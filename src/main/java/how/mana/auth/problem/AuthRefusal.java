package how.mana.auth.problem;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Every no of the routes that prove who somebody is: the 19 codes of contract A4.1, one class each, and no other. A code says
 * what happened and nothing else: whatever is broken on our side is {@link ServiceUnavailable} or {@link Internal}, never
 * somebody's wrong password.
 */
public abstract sealed class AuthRefusal extends Refusal {
    /** How loudly a refusal is logged. */
    public enum Severity {
        INFO,
        WARN,
        ERROR
    }

    private static final Duration SOON = Duration.ofSeconds(5);

    private final Severity severity;
    private final Optional<String> event;

    private AuthRefusal(Kind kind, String code, String sentence, Severity severity, @Nullable String event) {
        this(kind, code, sentence, severity, event, null);
    }

    private AuthRefusal(
            Kind kind,
            String code,
            String sentence,
            Severity severity,
            @Nullable String event,
            @Nullable Throwable cause) {
        super(kind, code, sentence, cause);
        this.severity = severity;
        this.event = Optional.ofNullable(event);
    }

    /** How loudly this is logged. */
    public final Severity severity() {
        return severity;
    }

    /** The security event that this leaves behind, by its name (contract A4.4); empty if it leaves none. */
    public final Optional<String> event() {
        return event;
    }

    /** Whether this was a wrong credential, which alone counts towards a lockout. */
    public boolean countsTowardsLockout() {
        return false;
    }

    /** The sentence that the routes under {@code /api/auth} say, where today's clients know another one. */
    public String nativeSentence() {
        return sentence();
    }

    /**
     * What {@code failure} is in these routes' words. A refusal of these routes is itself; one of another part of the service is
     * the code of its kind; everything else is {@link Internal}. Nothing that is our own fault becomes somebody's wrong
     * credential: there is no way from here to {@link InvalidCredentials}.
     */
    public static Refusal classify(Throwable failure) {
        if (failure instanceof AuthRefusal known) {
            return known;
        }
        if (!(failure instanceof Refusal refusal)) {
            return new Internal(failure);
        }
        return switch (refusal.kind()) {
            case BAD_REQUEST -> new Validation(refusal.sentence());
            case UNAUTHENTICATED -> new Unauthorized(refusal.sentence());
            case NOT_FOUND -> new NotFound(refusal.sentence());
            case TOO_MANY_REQUESTS -> new RateLimited(refusal.retryAfter().orElse(SOON));
            case UNAVAILABLE -> new ServiceUnavailable(refusal.retryAfter().orElse(SOON), refusal);
            case INTERNAL -> new Internal(refusal);
            // The edge's own, with codes that are the same everywhere.
            case FORBIDDEN, CONFLICT, PAYLOAD_TOO_LARGE, UNSUPPORTED_MEDIA_TYPE -> refusal;
        };
    }

    /** The password, or the pair of e-mail and password, is wrong. */
    public static final class InvalidCredentials extends AuthRefusal {
        public InvalidCredentials(String sentence) {
            super(Kind.UNAUTHENTICATED, "INVALID_CREDENTIALS", sentence, Severity.INFO, "LOGIN_FAILURE");
        }

        @Override
        public boolean countsTowardsLockout() {
            return true;
        }

        @Override
        public String nativeCode() {
            return "INVALID_EMAIL_OR_PASSWORD";
        }
    }

    /** The password is right, and the address was never confirmed. */
    public static final class EmailNotVerified extends AuthRefusal {
        public EmailNotVerified() {
            super(Kind.FORBIDDEN, "EMAIL_NOT_VERIFIED", "Email not verified", Severity.INFO, "LOGIN_FAILURE");
        }
    }

    /** Another account has this address. Never said to somebody who has not shown that the address is theirs. */
    public static final class EmailAlreadyRegistered extends AuthRefusal {
        public EmailAlreadyRegistered() {
            super(Kind.CONFLICT, "EMAIL_ALREADY_REGISTERED", "Email already registered", Severity.INFO, null);
        }

        @Override
        public String nativeCode() {
            return "USER_ALREADY_EXISTS";
        }
    }

    /** A new password that is too short. */
    public static final class WeakPassword extends AuthRefusal {
        private final String nativeCode;

        private WeakPassword(String sentence, String nativeCode) {
            super(Kind.BAD_REQUEST, "WEAK_PASSWORD", sentence, Severity.INFO, null);
            this.nativeCode = nativeCode;
        }

        public static WeakPassword tooShort() {
            return new WeakPassword("Password too short", "PASSWORD_TOO_SHORT");
        }

        public static WeakPassword tooLong() {
            return new WeakPassword("Password too long", "PASSWORD_TOO_LONG");
        }

        @Override
        public String nativeCode() {
            return nativeCode;
        }
    }

    /** Too many wrong passwords for one address. */
    public static final class AccountLocked extends AuthRefusal {
        private final Duration remaining;

        public AccountLocked(Duration remaining) {
            super(
                    Kind.TOO_MANY_REQUESTS,
                    "ACCOUNT_LOCKED",
                    "Account temporarily locked",
                    Severity.WARN,
                    "ACCOUNT_LOCKED");
            this.remaining = remaining;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.of(remaining);
        }
    }

    /** As many people as are let in on one day have signed up today. */
    public static final class SignupLimitReached extends AuthRefusal {
        public SignupLimitReached() {
            super(
                    Kind.TOO_MANY_REQUESTS,
                    "SIGNUP_LIMIT_REACHED",
                    "Das Tageslimit für neue Registrierungen ist erreicht. Bitte versuche es morgen wieder.",
                    Severity.INFO,
                    null);
        }
    }

    /** One client asked too often. */
    public static final class RateLimited extends AuthRefusal {
        private final Duration remaining;

        public RateLimited(Duration remaining) {
            super(Kind.TOO_MANY_REQUESTS, "RATE_LIMITED", "Too many requests", Severity.WARN, null);
            this.remaining = remaining;
        }

        /** That library says none here. */
        @Override
        public String nativeCode() {
            return "";
        }

        @Override
        public String nativeSentence() {
            return "Too many requests. Please try again later.";
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.of(remaining);
        }
    }

    /** What was shown did count once: a session or a link that has ended. */
    public static final class TokenExpired extends AuthRefusal {
        public TokenExpired(String sentence) {
            super(Kind.UNAUTHENTICATED, "TOKEN_EXPIRED", sentence, Severity.INFO, null);
        }
    }

    /** A link's token that never counted, or was used. */
    public static final class TokenInvalid extends AuthRefusal {
        public TokenInvalid() {
            super(Kind.BAD_REQUEST, "TOKEN_INVALID", "Invalid token", Severity.INFO, null);
        }

        @Override
        public String nativeCode() {
            return "INVALID_TOKEN";
        }
    }

    /** The password is right, and a second factor is wanted. */
    public static final class TwoFactorRequired extends AuthRefusal {
        public TwoFactorRequired() {
            super(
                    Kind.UNAUTHENTICATED,
                    "TWO_FACTOR_REQUIRED",
                    "Two-factor authentication required",
                    Severity.INFO,
                    null);
        }
    }

    /** The second factor is wrong. */
    public static final class TwoFactorFailed extends AuthRefusal {
        public TwoFactorFailed() {
            super(Kind.UNAUTHENTICATED, "TWO_FACTOR_FAILED", "Invalid two-factor code", Severity.INFO, "LOGIN_FAILURE");
        }

        @Override
        public boolean countsTowardsLockout() {
            return true;
        }
    }

    /** This service offers no passkeys. */
    public static final class PasskeyNotEnabled extends AuthRefusal {
        public PasskeyNotEnabled() {
            super(Kind.NOT_FOUND, "PASSKEY_NOT_ENABLED", "Passkey authentication is not enabled", Severity.INFO, null);
        }
    }

    /** The person broke off. */
    public static final class PasskeyCancelled extends AuthRefusal {
        public PasskeyCancelled() {
            super(Kind.BAD_REQUEST, "PASSKEY_CANCELLED", "Passkey authentication was cancelled", Severity.INFO, null);
        }
    }

    /** The passkey is unknown, or its signature does not hold. */
    public static final class PasskeyVerificationFailed extends AuthRefusal {
        public PasskeyVerificationFailed() {
            super(
                    Kind.UNAUTHENTICATED,
                    "PASSKEY_VERIFICATION_FAILED",
                    "Passkey verification failed",
                    Severity.WARN,
                    "PASSKEY_LOGIN_FAILURE");
        }
    }

    /** The request is not what the route reads. */
    public static final class Validation extends AuthRefusal {
        private final String nativeCode;

        public Validation(String sentence) {
            this(sentence, "VALIDATION_ERROR");
        }

        /** @param nativeCode what the routes under {@code /api/auth} say instead of {@code VALIDATION} */
        public Validation(String sentence, String nativeCode) {
            super(Kind.BAD_REQUEST, "VALIDATION", sentence, Severity.INFO, null);
            this.nativeCode = nativeCode;
        }

        @Override
        public String nativeCode() {
            return nativeCode;
        }
    }

    /** Nobody is signed in. */
    public static final class Unauthorized extends AuthRefusal {
        private final String nativeCode;

        public Unauthorized(String sentence) {
            this(sentence, "UNAUTHORIZED");
        }

        /** @param nativeCode what the routes under {@code /api/auth} say instead of {@code UNAUTHORIZED} */
        public Unauthorized(String sentence, String nativeCode) {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", sentence, Severity.INFO, null);
            this.nativeCode = nativeCode;
        }

        @Override
        public String nativeCode() {
            return nativeCode;
        }
    }

    /** There is no such thing, or it is not the caller's. */
    public static final class NotFound extends AuthRefusal {
        public NotFound(String sentence) {
            super(Kind.NOT_FOUND, "NOT_FOUND", sentence, Severity.INFO, null);
        }
    }

    /** Something of ours is away, full or slow: nothing was decided about anybody. */
    public static final class ServiceUnavailable extends AuthRefusal {
        private final Duration remaining;

        public ServiceUnavailable(Duration remaining, Throwable cause) {
            super(
                    Kind.UNAVAILABLE,
                    "SERVICE_UNAVAILABLE",
                    "Service temporarily unavailable",
                    Severity.ERROR,
                    "SERVICE_ERROR",
                    cause);
            this.remaining = remaining;
        }

        @Override
        public Optional<Duration> retryAfter() {
            return Optional.of(remaining);
        }
    }

    /** A fault of ours that nobody foresaw. */
    public static final class Internal extends AuthRefusal {
        public Internal(Throwable cause) {
            super(Kind.INTERNAL, "INTERNAL", "Unexpected server error", Severity.ERROR, "SERVICE_ERROR", cause);
        }
    }
}
