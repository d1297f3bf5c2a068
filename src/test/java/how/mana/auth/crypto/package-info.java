@NullMarked
package how.mana.auth.crypto;

import org.jspecify.annotations.NullMarked;
