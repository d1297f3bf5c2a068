@NullMarked
package how.mana.auth.db.rewrap;

import org.jspecify.annotations.NullMarked;
