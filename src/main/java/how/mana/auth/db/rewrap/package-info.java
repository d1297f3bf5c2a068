/**
 * Every key that is kept wrapped, whatever it is for: moving it to the active KEK while the service serves, and looking whether
 * it opens.
 *
 * <p>A sweep goes through the tables in the order of their keys, in small transactions that hold the rows they change and skip
 * those that somebody else holds. So it can be ended at any moment and begun again, there may be several at a time, and users
 * who change their key meanwhile wait for a batch at most. A key that does not open is written down and left as it is.
 */
@NullMarked
package how.mana.auth.db.rewrap;

import org.jspecify.annotations.NullMarked;
