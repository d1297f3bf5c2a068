/**
 * That an address is its user's: the mail that asks, and the link in it that says yes.
 *
 * <p>A link counts for an hour. The first who opens it confirms the address and, where no second factor is wanted, is signed
 * in; after that it leads on and does nothing, so a mail program that opens links before their reader does takes nothing away
 * but a sign-in. What was asked for decides nothing: whose link it is stands with its token, and it confirms that user's address
 * only while that is still the one that was written to.
 *
 * <p>Nobody learns here whether an address has an account, and nobody gets mail for the asking more often than
 * {@link how.mana.auth.session.guard.RateLimits} lets them.
 */
@NullMarked
package how.mana.auth.account.verification;

import org.jspecify.annotations.NullMarked;
