/**
 * The vault's append-only trail: who touched which key, when, from where, and what came of it.
 *
 * <p>A row is written in the transaction of the act it records, so that neither can exist without the other. A refusal
 * rolls its act back and so has a transaction of its own, committed before the answer is sent: probing leaves a trail.
 * If a row cannot be written the act fails, whatever it was; a refusal whose row is lost becomes a 503.
 *
 * <p>The serving role may insert and read rows of the acting user and nothing else; the database refuses updates and
 * deletes, and the boot checks refuse a role that could make them.
 */
@NullMarked
package how.mana.auth.audit;

import org.jspecify.annotations.NullMarked;
