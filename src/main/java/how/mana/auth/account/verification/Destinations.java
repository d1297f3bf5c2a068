package how.mana.auth.account.verification;

import how.mana.auth.session.guard.OriginRefusal;
import how.mana.auth.session.guard.TrustedOrigins;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Knows where links may lead: to our own host and to trusted origins, so that no mail of ours takes anybody elsewhere. */
@Singleton
public class Destinations {
    private static final int LONGEST = 2048;

    private final TrustedOrigins origins;

    Destinations(TrustedOrigins origins) {
        this.origins = origins;
    }

    /** Where somebody wants a mail's link to lead; home if it may not. They may be a stranger to who gets that mail. */
    public Destination orHome(Optional<String> wished) {
        return wished.filter(url -> url.length() <= LONGEST && origins.mayLeadTo(url))
                .map(Destination::new)
                .orElse(Destination.HOME);
    }

    /**
     * Where a request wants to go on; empty if it does not say.
     *
     * @throws OriginRefusal.CallbackUrl if it may not
     */
    public Optional<Destination> asked(Optional<String> callbackUrl) {
        var url = callbackUrl.filter(text -> !text.isEmpty());
        if (url.filter(text -> !origins.mayLeadTo(text)).isPresent()) {
            throw new OriginRefusal.CallbackUrl();
        }
        return url.map(Destination::new);
    }
}
