/**
 * Mission grants: a data key of its own for one mission of the AI worker, derived from the user's master key, sealed to the
 * worker and good until a date (contract A9).
 *
 * <p><b>Owns</b> the ledger of what was granted. It holds no key: a mission's key is derived when it is granted, sealed, and
 * forgotten. The same mission and scope always derive the same key, so that a grant can be renewed.
 *
 * <p><b>Promises</b> that no mission key leaves before the trail and the ledger say so, in one committed transaction; that the
 * scope a key is derived from can be read in one way only; that no grant is made, and none stays live, once its owner
 * switched zero-knowledge mode on.
 *
 * <p><b>Cannot promise</b> that a key is given back. The end date in a grant's JSON is not authenticated, and revoking reaches
 * the ledger and not a worker that has the key already: a worker has to ask {@code /api/v1/internal/mission-grants/check}.
 *
 * <p>{@link how.mana.auth.grant.MissionGrantService} is where to start. The other side, the worker's, is the library in {@code
 * how.mana.auth.grant.worker}.
 */
@NullMarked
package how.mana.auth.grant;

import org.jspecify.annotations.NullMarked;
