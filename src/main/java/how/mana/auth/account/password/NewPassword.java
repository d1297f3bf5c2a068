package how.mana.auth.account.password;

import how.mana.auth.account.PasswordLength;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;

/** A password that somebody chose and that is long enough (contract A4.5). */
record NewPassword(String value) {
    /** @throws AuthRefusal.WeakPassword if it is too short, or too long to be worth hashing */
    NewPassword {
        PasswordLength.require(value);
    }

    static NewPassword in(AuthBody body) {
        return new NewPassword(body.text("newPassword"));
    }

    /** A record would print it. */
    @Override
    public String toString() {
        return "NewPassword[hidden]";
    }
}
