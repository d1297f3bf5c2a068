/**
 * Everything that this service tells others: mail to its users, and calls to the services beside it.
 *
 * <p>A feature writes an {@link how.mana.auth.outbound.Errand} into the {@link how.mana.auth.outbound.Outbox} within the
 * transaction of the act it belongs to. What is rolled back was never said; what is committed is said sooner or later,
 * however the other side is doing, and no answer of ours waits for it. A clock takes what is due, sends it outside of any
 * transaction and notes what became of it.
 *
 * <p>Promises: an errand is run at least once or fails in the log; any number of replicas may run them, each at a time by
 * one; a service that hangs holds up its own errands and nobody else's; a mail whose link is dead is not sent; a mail's text
 * and address are gone from the database once it is sent or out of date.
 *
 * <p>In local mode nothing leaves the machine: mail is in the log and on {@code /local/mails}.
 */
@NullMarked
package how.mana.auth.outbound;

import org.jspecify.annotations.NullMarked;
