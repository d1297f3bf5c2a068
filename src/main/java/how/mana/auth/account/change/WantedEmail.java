package how.mana.auth.account.change;

import how.mana.auth.caller.EmailAddress;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import java.util.Optional;

/**
 * An address that somebody wants to have.
 *
 * @param callback where to go once it is theirs; not checked yet
 */
record WantedEmail(EmailAddress address, Optional<String> callback, Optional<String> password) {
    /** @throws AuthRefusal.Validation if it is no address */
    static WantedEmail in(AuthBody body) {
        var typed = body.optionalText("newEmail")
                .filter(text -> !text.isEmpty())
                .orElseThrow(() -> new AuthRefusal.Validation("newEmail is required"));
        return new WantedEmail(
                EmailAddress.typed(typed)
                        .orElseThrow(() -> new AuthRefusal.Validation("Invalid email", "INVALID_EMAIL")),
                body.optionalText("callbackURL"),
                body.optionalText("password"));
    }

    /** A record would print the password. */
    @Override
    public String toString() {
        return "WantedEmail[hidden]";
    }
}
