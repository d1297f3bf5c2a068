/**
 * A Postgres for local mode: a real one, whose programs come out of a Maven artifact. It asks everybody for a password,
 * listens on the loopback address only, writes durably and keeps its data between runs. Beside it lies the secret that
 * signs the cookies of local mode.
 *
 * <p>The artifact is an optional dependency that the production package leaves out, so there is nothing to switch on there.
 */
@NullMarked
package how.mana.auth.db.local;

import org.jspecify.annotations.NullMarked;
