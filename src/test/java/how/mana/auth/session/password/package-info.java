@NullMarked
package how.mana.auth.session.password;

import org.jspecify.annotations.NullMarked;
