/**
 * Accounts: how they come to be, what their owners change about them, and how they end.
 *
 * <p>Nobody learns here whether an address has an account, unless they can read its mail. What goes out goes through the outbox
 * ({@code outbound}), in the transaction of what it is about. A changed password ends every other session.
 */
@NullMarked
package how.mana.auth.account;

import org.jspecify.annotations.NullMarked;
