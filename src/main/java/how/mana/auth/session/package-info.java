/**
 * Proving who somebody is, and the sessions that follow.
 *
 * <p>Cookies carry an opaque token and a signature of it. The signature spares the database questions about tokens that
 * nobody was given, and keeps the cookies of the service before this one alive; it proves nothing else. Whether a session is
 * there, and whose it is, is for its row to say.
 */
@NullMarked
package how.mana.auth.session;

import org.jspecify.annotations.NullMarked;
