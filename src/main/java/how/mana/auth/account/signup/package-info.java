/**
 * How an account comes to be: the user, their password, their personal space, the mail that asks whether the address is theirs,
 * and what other services have to do. All of it is one transaction, so there is no user who lacks any of it.
 *
 * <p>Somebody who signs up with an address that has an account hears what everybody hears, after the same time, and nothing is
 * written: no user, no mail, no event, no place of the day. Parallel sign-ups of one address make one user.
 *
 * <p>A day can have a limit ({@link how.mana.auth.account.signup.SignUpGate}), counted in the same transaction: what fails gives
 * its place back, and a user who is deleted does not.
 */
@NullMarked
package how.mana.auth.account.signup;

import org.jspecify.annotations.NullMarked;
