@NullMarked
package how.mana.auth.audit.seal;

import org.jspecify.annotations.NullMarked;
