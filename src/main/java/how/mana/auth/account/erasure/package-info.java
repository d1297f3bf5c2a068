/**
 * How an account ends: at its owner's word and password, at once, and for good.
 *
 * <p>The user's row goes through {@code auth.erase_user}, which leaves a receipt and takes with it whatever refers to the user.
 * What does not refer to them, and names them all the same, goes in the same transaction. What stays says that somebody was
 * erased, and to nobody who does not know the id, who that was.
 */
@NullMarked
package how.mana.auth.account.erasure;

import org.jspecify.annotations.NullMarked;
