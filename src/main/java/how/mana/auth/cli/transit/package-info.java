/** Commands for KEKs that a transit engine keeps closed. */
@NullMarked
package how.mana.auth.cli.transit;

import org.jspecify.annotations.NullMarked;
