@NullMarked
package how.mana.auth.cli.backup;

import org.jspecify.annotations.NullMarked;
