/**
 * Keys and envelope encryption: the service's KEKs, the wraps they make of users' master keys, and the small primitives
 * around them.
 *
 * <p><b>Owns</b> every plaintext key in the service. A plaintext 256-bit key is a {@link how.mana.auth.crypto.KeyMaterial}
 * and nothing else; a KEK's bytes never leave this package at all.
 *
 * <p><b>Promises</b> that a format 2 wrap opens only for the purpose, owner, generation and KEK id it was made for; that a
 * wrap which does not open fails in one way, whatever the cause; and that keys are wiped as soon as the JVM lets us. That
 * is best effort: a cipher's key schedule, a moved heap object and a {@code String} from the environment are out of reach.
 *
 * <p><b>Refuses</b> to log, to persist, to parse JSON, to know of CDI or of a database, and to hold a static random source
 * (a native image would bake its seed in).
 *
 * <h2>Decisions</h2>
 *
 * <ul>
 *   <li>AES-256-GCM comes from the JDK, which uses the processor's instructions for it.
 *   <li>HKDF stands on the JDK's HMAC: the input key is only ever a message there, so no copy of it stays behind.
 *   <li>Raw KEK bytes wrap and nothing else; every other use derives its own key under its own label.
 *   <li>Format 1 (no AAD) is read, never written.
 * </ul>
 */
@NullMarked
package how.mana.auth.crypto;

import org.jspecify.annotations.NullMarked;
