/**
 * The life of a KEK, which the database tells and every process obeys.
 *
 * <p>A KEK is <em>announced</em> when a first process holds it, <em>active</em> once every live one does, <em>retiring</em> from
 * the moment another one is, and <em>retired</em> when no row needs it any more; or it is <em>lost</em>. One is active at a time.
 * Each process says every second that it lives and which KEKs it holds, and is told which one wraps, whether old formats are
 * still read, and whether an operator has sealed the service. What it was told counts for a few seconds: a process that cannot
 * hear opens and makes no wrap.
 *
 * <p>None of that has to be believed for a write to be safe. A trigger refuses every wrap that is not by the active KEK, in the
 * transaction that writes it.
 */
@NullMarked
package how.mana.auth.db.keks;

import org.jspecify.annotations.NullMarked;
