/** Who is asking: the user a verified token names, and the address the request really came from. A leaf: it depends on nothing else here. */
@NullMarked
package how.mana.auth.caller;

import org.jspecify.annotations.NullMarked;
