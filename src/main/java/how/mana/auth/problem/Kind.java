package how.mana.auth.problem;

/** What sort of no it is. The HTTP status is a property of the kind, so no feature ever names one (RFC 9110, 15.5-15.6). */
public enum Kind {
    BAD_REQUEST(400),
    UNAUTHENTICATED(401),
    FORBIDDEN(403),
    NOT_FOUND(404),
    CONFLICT(409),
    PAYLOAD_TOO_LARGE(413),
    UNSUPPORTED_MEDIA_TYPE(415),
    TOO_MANY_REQUESTS(429),
    INTERNAL(500),
    UNAVAILABLE(503);

    private final int status;

    Kind(int status) {
        this.status = status;
    }

    /** The status code on the wire; the trail records it too. */
    public int status() {
        return status;
    }

    /** Whether the fault is ours or the database's, never the caller's. */
    public boolean isOurFault() {
        return status >= 500;
    }
}
