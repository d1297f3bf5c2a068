@NullMarked
package how.mana.auth.session;

import org.jspecify.annotations.NullMarked;
