/**
 * Commands that make a backup, and that prove that a restored one is whole and opens: {@link how.mana.auth.db.backup} says what
 * that means.
 */
@NullMarked
package how.mana.auth.cli.backup;

import org.jspecify.annotations.NullMarked;
