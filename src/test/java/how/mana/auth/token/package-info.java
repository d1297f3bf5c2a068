@NullMarked
package how.mana.auth.token;

import org.jspecify.annotations.NullMarked;
