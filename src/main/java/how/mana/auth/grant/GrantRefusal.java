package how.mana.auth.grant;

import how.mana.auth.audit.RecordedRefusal;
import how.mana.auth.problem.Kind;

/** Every way a grant is refused before a vault is asked, with its code for clients and its word for the trail. */
abstract sealed class GrantRefusal extends RecordedRefusal {
    private GrantRefusal(Kind kind, String code, String sentence, String trailContext) {
        super(kind, code, sentence, trailContext);
    }

    static final class Malformed extends GrantRefusal {
        Malformed() {
            super(
                    Kind.BAD_REQUEST,
                    "BAD_REQUEST",
                    "Wanted: missionId, a string; tables and recordIds, lists of strings; and optionally ttlMs, a number",
                    "bad-request");
        }
    }

    static final class BadScope extends GrantRefusal {
        BadScope(String sentence) {
            super(Kind.BAD_REQUEST, "BAD_REQUEST", sentence, "bad-scope");
        }
    }

    static final class NotConfigured extends GrantRefusal {
        NotConfigured() {
            super(
                    Kind.UNAVAILABLE,
                    "GRANT_NOT_CONFIGURED",
                    "No AI worker is configured: nothing can be granted",
                    "not-configured");
        }
    }

    static final class NotFound extends GrantRefusal {
        NotFound() {
            super(Kind.NOT_FOUND, "GRANT_NOT_FOUND", "Nothing was ever granted for this mission", "no-grant");
        }
    }
}
