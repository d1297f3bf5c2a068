package how.mana.auth.account;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

/** How an account says no. */
abstract sealed class AccountRefusal extends Refusal {
    private AccountRefusal(Kind kind, String code, String sentence) {
        super(kind, code, sentence);
    }

    static final class BadRequest extends AccountRefusal {
        BadRequest(String sentence) {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", sentence);
        }
    }
}
