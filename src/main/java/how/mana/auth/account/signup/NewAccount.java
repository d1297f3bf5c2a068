package how.mana.auth.account.signup;

import how.mana.auth.account.verification.Destination;
import how.mana.auth.caller.EmailAddress;
import java.util.Optional;

/**
 * The account that somebody wants.
 *
 * @param typed the address as it was typed, which is how other services are told
 * @param destination where the link in the mail leads
 */
record NewAccount(
        String name,
        String typed,
        EmailAddress email,
        String password,
        Optional<String> image,
        Destination destination) {
    /** A record would print the password. */
    @Override
    public String toString() {
        return "NewAccount[hidden]";
    }
}
