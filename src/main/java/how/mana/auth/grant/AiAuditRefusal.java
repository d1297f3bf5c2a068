package how.mana.auth.grant;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

/** How the record of decrypts says no. */
abstract sealed class AiAuditRefusal extends Refusal {
    private AiAuditRefusal(Kind kind, String code, String sentence) {
        super(kind, code, sentence);
    }

    static final class BadRequest extends AiAuditRefusal {
        BadRequest(String sentence) {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", sentence);
        }
    }
}
