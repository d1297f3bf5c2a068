@NullMarked
package how.mana.auth.grant.worker;

import org.jspecify.annotations.NullMarked;
