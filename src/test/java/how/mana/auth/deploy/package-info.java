@NullMarked
package how.mana.auth.deploy;

import org.jspecify.annotations.NullMarked;
