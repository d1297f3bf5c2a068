/**
 * What a backup holds, and whether a database that was restored from one is whole.
 *
 * <p>A manifest is made in the very snapshot that is dumped, by the role that dumps, so that it counts what the dump holds and
 * nothing else. A rehearsal compares a restored copy with it, opens every wrapped key of the copy and changes nothing there. It
 * needs no way to the database that serves, and refuses to look at that one.
 */
@NullMarked
package how.mana.auth.db.backup;

import org.jspecify.annotations.NullMarked;
