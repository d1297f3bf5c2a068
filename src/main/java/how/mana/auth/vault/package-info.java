/**
 * THE HEART: custody of one 256-bit master key per user, which encrypts all that user's data on their devices.
 *
 * <p>A vault is in one of two hands. <em>By the service</em>: the master key is kept wrapped by a key encryption key (KEK)
 * of the service, bound to its owner, and opened for that owner alone. <em>By the user</em> (zero-knowledge mode): only
 * the user's own recovery wrap is kept, which the running service cannot open.
 *
 * <p>Invariants:
 * <ul>
 *   <li>No key leaves before a committed row of the trail says so. A release that then fails is corrected by a second row.
 *   <li>Every write holds the vault's row lock or is one statement; parallel first uses yield one key.
 *   <li>Once the service has seen a key it stores a check value for it, and never again takes another for it.
 *   <li>A new key is a new generation; generations are never reused, and a wrap opens only under its own.
 *   <li>What a new key supersedes stays wrapped until its retention ends, its owner says so, or its owner takes the vault over.
 *   <li>In zero-knowledge mode nothing a thief of a token can do destroys the last wrap at once.
 * </ul>
 *
 * <p>What it will never do: open a vault for anyone but its owner, decrypt user data, or guess a key back.
 */
@NullMarked
package how.mana.auth.vault;

import org.jspecify.annotations.NullMarked;
