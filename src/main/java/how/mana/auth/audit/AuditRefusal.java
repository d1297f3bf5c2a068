package how.mana.auth.audit;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

/** How reading the trail says no. */
abstract sealed class AuditRefusal extends Refusal {
    private AuditRefusal(Kind kind, String code, String sentence) {
        super(kind, code, sentence);
    }

    static final class BadRequest extends AuditRefusal {
        BadRequest(String sentence) {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", sentence);
        }
    }
}
