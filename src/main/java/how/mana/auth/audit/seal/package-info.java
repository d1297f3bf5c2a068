/**
 * The proof that the trail is what was written to it. A sealer links every row, a moment after it is committed, into its user's
 * chain; signed heads cover the links in batches; verification walks everything and names what does not fit.
 *
 * <p>What it proves: once sealed, a row cannot be changed, taken out, put in or moved, by anybody who does not hold the KEK,
 * without verification naming it. Who could also sign anew, or cut the newest heads off while no sealer runs, is found out by a
 * head that was pinned outside; a sealer that runs has seen them, and signs nothing on top of what is left. What it does not prove: what a writer of the database did to a row in the moment before it was sealed, or that
 * the service told the trail the truth.
 *
 * <h2>How</h2>
 *
 * <ul>
 *   <li>A link is HMAC-SHA-256 under an audit key over the row, its place in the chain and the link before. Erasure receipts
 *       are sealed the same way in a chain of their own, so that none can be taken away or added later unseen.
 *   <li>A row is sealed once its transaction is older than every one that still runs: rows commit out of order, and nothing may
 *       appear behind the sealer's back. Which transaction wrote a row stands in the row; that means something only in the
 *       cluster that wrote it. A head tells whether it was written where it is read, and if it was not (a restored dump), all rows
 *       are looked at once more, oldest first.
 *   <li>A head says how many seals there are, what the links of its batch are, and how far each chain had come that the batch went on
 *       with, under the name a receipt would give its user: so it goes on holding once that user is erased, and names
 *       the chain whose end was cut off.
 *   <li>Each batch reads where to go on from the newest head, under a lock, and commits its seals and its head together. What one
 *       sealer remembers is never needed by the next; it only keeps it from signing a history that was cut.
 * </ul>
 */
@NullMarked
package how.mana.auth.audit.seal;

import org.jspecify.annotations.NullMarked;
