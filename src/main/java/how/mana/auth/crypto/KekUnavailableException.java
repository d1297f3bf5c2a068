package how.mana.auth.crypto;

import java.util.Optional;

/** No KEK may do what was asked. Nothing was tried; the wrap may be perfectly good, and the same may work later. */
public final class KekUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient Optional<KekId> missing;
    private final Cause cause;

    private enum Cause {
        SEALED,
        UNCOUNTED,
        OTHER
    }

    private KekUnavailableException(String message, Optional<KekId> missing, Cause cause) {
        super(message, null, false, false);
        this.missing = missing;
        this.cause = cause;
    }

    static KekUnavailableException missing(KekId id) {
        return new KekUnavailableException("The ring has no KEK " + id, Optional.of(id), Cause.OTHER);
    }

    static KekUnavailableException none() {
        return new KekUnavailableException("The ring has no orders that hold", Optional.empty(), Cause.OTHER);
    }

    static KekUnavailableException uncounted(KekId id) {
        return new KekUnavailableException(
                "No more wraps are counted for the KEK " + id, Optional.empty(), Cause.UNCOUNTED);
    }

    static KekUnavailableException sealed() {
        return new KekUnavailableException("The service is sealed", Optional.empty(), Cause.SEALED);
    }

    /** The KEK that is not at hand, if that is why. */
    public Optional<KekId> missing() {
        return missing;
    }

    /** Whether an operator forbade it. */
    public boolean isSealed() {
        return cause == Cause.SEALED;
    }

    /** Whether a wrap is all right as soon as it has been counted: another KEK may have become active a moment ago. */
    public boolean isUncounted() {
        return cause == Cause.UNCOUNTED;
    }
}
