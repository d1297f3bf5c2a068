/** The service's entry point and the mapping of its environment variables. */
@NullMarked
package how.mana.auth;

import org.jspecify.annotations.NullMarked;
