/** Commands for the keys that sign our tokens. */
@NullMarked
package how.mana.auth.cli.keys;

import org.jspecify.annotations.NullMarked;
