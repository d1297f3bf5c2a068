@NullMarked
package how.mana.auth.transit;

import org.jspecify.annotations.NullMarked;
