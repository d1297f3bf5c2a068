@NullMarked
package how.mana.auth.cli.kek;

import org.jspecify.annotations.NullMarked;
