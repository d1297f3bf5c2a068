/**
 * Where the service begins: its main classes, the environment variables it understands, what it checks before it serves,
 * and how it speaks HTTP whatever the route.
 *
 * <p>Everything here is about the process. What the service is for lives in the packages below, which know nothing of this
 * one; start with {@link how.mana.auth.vault}.
 */
@NullMarked
package how.mana.auth;

import org.jspecify.annotations.NullMarked;
