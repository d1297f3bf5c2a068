package how.mana.auth.session.guard;

import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;

/** Refusals of requests that a page may have made without its reader's will (contract A5). */
public abstract sealed class OriginRefusal extends Refusal {
    private OriginRefusal(String code, String sentence) {
        super(Kind.FORBIDDEN, code, sentence);
    }

    static final class Missing extends OriginRefusal {
        Missing() {
            super("MISSING_OR_NULL_ORIGIN", "Missing or null Origin");
        }
    }

    static final class Untrusted extends OriginRefusal {
        Untrusted() {
            super("INVALID_ORIGIN", "Invalid origin");
        }
    }

    static final class CrossSiteNavigation extends OriginRefusal {
        CrossSiteNavigation() {
            super(
                    "CROSS_SITE_NAVIGATION_LOGIN_BLOCKED",
                    "Cross-site navigation login blocked. This request appears to be a CSRF attack.");
        }
    }

    /** A link would lead where none of ours may. */
    public static final class CallbackUrl extends OriginRefusal {
        public CallbackUrl() {
            super("INVALID_CALLBACK_URL", "Invalid callbackURL");
        }
    }

    /** The same, of a redirect. */
    public static final class RedirectUrl extends OriginRefusal {
        public RedirectUrl() {
            super("INVALID_REDIRECT_URL", "Invalid redirectURL");
        }
    }
}
