package how.mana.auth.account;

import how.mana.auth.problem.AuthRefusal;

/** How long a new password has to be, and how long it may be: counted as clients count, in UTF-16 units (contract A4.5). */
public final class PasswordLength {
    private static final int LEAST = 8;
    private static final int MOST = 128;

    private PasswordLength() {}

    /** @throws AuthRefusal.WeakPassword unless it is within bounds */
    public static void require(String password) {
        if (password.length() < LEAST) {
            throw AuthRefusal.WeakPassword.tooShort();
        }
        if (password.length() > MOST) {
            throw AuthRefusal.WeakPassword.tooLong();
        }
    }
}
