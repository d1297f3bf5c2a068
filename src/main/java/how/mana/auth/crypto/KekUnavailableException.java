package how.mana.auth.crypto;

/** The KEK that made a wrap is not in the ring. Nothing was tried; the wrap may be perfectly good. */
public final class KekUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient KekId kekId;

    KekUnavailableException(KekId kekId) {
        super("The ring has no KEK " + kekId, null, false, false);
        this.kekId = kekId;
    }

    /** The KEK that is missing. */
    public KekId kekId() {
        return kekId;
    }
}
