/**
 * Passwords: forgotten, reset by a mailed link, and changed by who knows the present one.
 *
 * <p>A new password ends the sessions that somebody else might have. Whether an address has an account shows neither in an
 * answer nor in the time it takes. New hashes are made outside of transactions, and stored only while what justified them still
 * holds: the link is not used up, the password that was shown is still the present one.
 *
 * <p>What changes how somebody proves who they are goes one at a time for each user
 * ({@link how.mana.auth.account.password.Credentials#hold}).
 */
@NullMarked
package how.mana.auth.account.password;

import org.jspecify.annotations.NullMarked;
