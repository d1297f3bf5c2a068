/** Tells owners by mail what was done to their vault, in the transaction in which it is done. */
@NullMarked
package how.mana.auth.account.notice;

import org.jspecify.annotations.NullMarked;
