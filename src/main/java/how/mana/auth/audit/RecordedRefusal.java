package how.mana.auth.audit;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

/** A no that the trail has a word for. Every feature seals its own subtree. */
public abstract class RecordedRefusal extends Refusal {
    private final String trailContext;

    /** @param trailContext from the trail's fixed vocabulary; never holds a secret */
    protected RecordedRefusal(Kind kind, String code, String sentence, String trailContext) {
        super(kind, code, sentence);
        this.trailContext = trailContext;
    }

    public final String trailContext() {
        return trailContext;
    }
}
