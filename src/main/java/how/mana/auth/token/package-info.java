/**
 * Access tokens: who may say who is calling, and how the service checks it on every request.
 *
 * <p>A token is a JWT (RFC 7519) in JWS compact form (RFC 7515), signed with Ed25519 (RFC 8037) and with nothing else. It
 * is verified as RFC 8725 asks: one algorithm fixed here and never taken from the token, a required {@code kid} that only
 * selects among keys we already trust, issuer, audience and expiry without tolerance, and one answer for every way to be
 * wrong. A verified token is remembered by its hash for at most a minute and never past its expiry, because checking the
 * signature costs more than everything else a request does.
 *
 * <p>Keys come from one of two places. By default they are our own: rows of {@code auth.jwks} whose private part opens
 * under the KEK ring and derives the public part beside it, so that writing a row mints no issuer. Or, configured, they
 * are the JWK set (RFC 7517) of an external issuer, refreshed when an unknown {@code kid} turns up and kept through an
 * outage.
 *
 * <p>Promises: an outage is a 503 and never a 401; no token text in a log or a {@code toString}; seeds live in
 * {@link how.mana.auth.crypto.KeyMaterial} only. Refuses: tokens from cookies, keys carried by the token itself, every
 * other algorithm. Whether the user and the session still exist is for the database to say, not for this package.
 */
@NullMarked
package how.mana.auth.token;

import org.jspecify.annotations.NullMarked;
