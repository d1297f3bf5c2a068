/**
 * What a request has to pass before anybody asks who it is from: a browser's pages have to be trusted to act with its cookie
 * ({@link how.mana.auth.session.guard.OriginRule}), links go only where they may
 * ({@link how.mana.auth.session.guard.TrustedOrigins}), and nobody asks too often
 * ({@link how.mana.auth.session.guard.RateLimits}, counted in the database, so that all replicas count together).
 */
@NullMarked
package how.mana.auth.session.guard;

import org.jspecify.annotations.NullMarked;
