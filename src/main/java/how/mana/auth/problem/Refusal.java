package how.mana.auth.problem;

import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A foreseen no. Thrown from the middle of a {@code Uni}, so it carries no stack trace: where it was thrown says nothing
 * that its code does not. Every feature seals its own subtree.
 */
public abstract class Refusal extends RuntimeException {
    private final Kind kind;
    private final String code;
    private final String sentence;

    /**
     * @param code stable, for machines: upper case with underscores, never renamed or reused
     * @param sentence for people: says what to do next; never holds a secret
     */
    protected Refusal(Kind kind, String code, String sentence) {
        this(kind, code, sentence, null);
    }

    /** @param cause for the log only; it never reaches the client */
    protected Refusal(Kind kind, String code, String sentence, @Nullable Throwable cause) {
        super(sentence, cause, false, false);
        this.kind = kind;
        this.code = code;
        this.sentence = sentence;
    }

    public final Kind kind() {
        return kind;
    }

    public final String code() {
        return code;
    }

    /** The same text as {@link #getMessage()}, which is declared nullable. */
    public final String sentence() {
        return sentence;
    }

    /** The code that the routes under {@code /api/auth} say, where today's clients know another one; empty text for none. */
    public String nativeCode() {
        return code;
    }

    /** How long to wait before the same might be answered otherwise; empty where waiting changes nothing. */
    public Optional<Duration> retryAfter() {
        return Optional.empty();
    }
}
