/**
 * KEKs that a transit engine (HashiCorp Vault, OpenBao) keeps closed: a directory holds one file per KEK with what the engine
 * made of its 32 bytes, and at boot the engine opens each with one {@code POST /v1/{mount}/decrypt/{key}}. It is never asked for a
 * request, so it may be away while the service runs, and it never sees a user's key.
 *
 * <p>Plain Java and Jackson, without the framework: commands need it too. Nothing that the engine answers is repeated in a
 * message. Answers are bounded in time and size; an answer that is not exactly what the public API describes is refused.
 */
@NullMarked
package how.mana.auth.transit;

import org.jspecify.annotations.NullMarked;
