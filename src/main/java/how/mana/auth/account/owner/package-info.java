/** What every change has in common that somebody makes to their own account: it is theirs, and what is refused is on record. */
@NullMarked
package how.mana.auth.account.owner;

import org.jspecify.annotations.NullMarked;
