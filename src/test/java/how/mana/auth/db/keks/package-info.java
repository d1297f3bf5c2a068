/** Tests of the life of a KEK. */
@NullMarked
package how.mana.auth.db.keks;

import org.jspecify.annotations.NullMarked;
