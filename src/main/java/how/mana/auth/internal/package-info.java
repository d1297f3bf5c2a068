/**
 * What our other services may ask of this one. Whoever calls shows the key that all of them share and acts for no user, so
 * these routes name the users they are about, as no other route does.
 *
 * <p>Promises: nothing here opens a vault, and nothing here makes anybody more than an ordinary user. Refuses: callers
 * without the key, by {@link how.mana.auth.caller.ServiceKeyRequired} on every resource.
 */
@NullMarked
package how.mana.auth.internal;

import org.jspecify.annotations.NullMarked;
