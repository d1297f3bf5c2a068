package how.mana.auth.audit.seal;

/** What was sealed is not what stands there, so nothing is sealed on top of it. Its message is for operators. */
public final class HistoryLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    HistoryLostException(String what) {
        super(what + ": nothing more is sealed; run audit verify with a pin", null, false, false);
    }
}
