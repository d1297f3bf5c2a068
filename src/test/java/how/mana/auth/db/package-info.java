@NullMarked
package how.mana.auth.db;

import org.jspecify.annotations.NullMarked;
