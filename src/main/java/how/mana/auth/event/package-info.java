/**
 * What happened to an account, for its owner and for whoever looks into it later.
 *
 * <p>An event says what, to whom, from which address and by which agent. It is written in the transaction of the act it
 * records where there is one, and in one of its own before the answer otherwise: no event is sent off and forgotten. What is
 * refused leaves its event as its code says ({@link how.mana.auth.problem.AuthRefusal#event()}); what counts towards a lockout
 * is recorded by who counts it, in that transaction.
 *
 * <p>Never in an event: a password, a token, a code. The vault has a trail of its own, {@link how.mana.auth.audit}; this is not
 * it.
 */
@NullMarked
package how.mana.auth.event;

import org.jspecify.annotations.NullMarked;
