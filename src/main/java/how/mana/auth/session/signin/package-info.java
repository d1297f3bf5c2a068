/**
 * Signing in and out over HTTP: the routes of today's clients, under {@code /api/v1/auth} and {@code /api/auth}.
 *
 * <p>The resources read what was sent and say what came of it; {@link how.mana.auth.session.signin.SignIn} lets people in. The
 * answers are what the clients of the service before this one parse, down to the order of their members.
 */
@NullMarked
package how.mana.auth.session.signin;

import org.jspecify.annotations.NullMarked;
