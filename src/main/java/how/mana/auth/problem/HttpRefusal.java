package how.mana.auth.problem;

/** Refusals of the HTTP edge itself, before any feature is asked. */
public abstract sealed class HttpRefusal extends Refusal {
    private HttpRefusal(Kind kind, String code, String sentence) {
        super(kind, code, sentence);
    }

    /** The body is longer than the route reads. */
    public static final class PayloadTooLarge extends HttpRefusal {
        public PayloadTooLarge() {
            super(Kind.PAYLOAD_TOO_LARGE, "PAYLOAD_TOO_LARGE", "Payload too large");
        }
    }

    /** The key that our services share was not shown, or another one was. */
    public static final class ServiceKeyMissing extends HttpRefusal {
        public ServiceKeyMissing() {
            super(Kind.UNAUTHENTICATED, "UNAUTHORIZED", "Invalid or missing service key");
        }
    }

    static final class UnsupportedMediaType extends HttpRefusal {
        UnsupportedMediaType() {
            super(Kind.UNSUPPORTED_MEDIA_TYPE, "UNSUPPORTED_MEDIA_TYPE", "Content-Type must be application/json");
        }
    }

    /** The body is not what the route reads. */
    public static final class BadRequest extends HttpRefusal {
        public BadRequest() {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", "Invalid request");
        }
    }

    static final class Unexpected extends HttpRefusal {
        Unexpected() {
            super(Kind.INTERNAL, "INTERNAL", "Internal server error");
        }
    }
}
