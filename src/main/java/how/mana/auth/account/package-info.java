/**
 * Accounts: how they come to be, what their owners change about them, and how they end.
 *
 * <p>Nobody learns here whether an address has an account, unless they can read its mail. What goes out goes through {@link
 * how.mana.auth.outbound}, in the transaction of what it is about.
 *
 * <p>This package itself is what users say about themselves and how far they have come in being welcomed: ordinary create, read
 * and update, so its style is Hibernate Reactive with Panache, through {@link how.mana.auth.db.EntityTransactions} and never past it
 * (docs/adr/0001). A change writes the columns it names and {@code updated_at}, in one statement, so that two changes at once lose
 * nothing of each other. What has to commit together with events, sessions and mails is in the packages below, in SQL.
 */
@NullMarked
package how.mana.auth.account;

import org.jspecify.annotations.NullMarked;
