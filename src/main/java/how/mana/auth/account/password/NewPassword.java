package how.mana.auth.account.password;

import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;

/** A password that somebody chose and that is long enough (contract A4.5). */
record NewPassword(String value) {
    /** In UTF-16 units, as today's clients count. */
    private static final int SHORTEST = 8;

    private static final int LONGEST = 128;

    /** @throws AuthRefusal.WeakPassword if it is too short, or too long to be worth hashing */
    NewPassword {
        if (value.length() < SHORTEST) {
            throw AuthRefusal.WeakPassword.tooShort();
        }
        if (value.length() > LONGEST) {
            throw AuthRefusal.WeakPassword.tooLong();
        }
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
