/**
 * How this service says no.
 *
 * <p>A feature refuses by throwing a {@link how.mana.auth.problem.Refusal}: a kind, a stable code and a sentence for
 * people. It knows nothing of HTTP. This package alone knows which status a kind has and which of the five envelopes of
 * today's clients a route speaks ({@link how.mana.auth.problem.Envelope}), and it is the one place that puts a refusal
 * on the wire ({@link how.mana.auth.problem.ProblemMapper}).
 *
 * <p>Promises: every failure leaves in an envelope, codes are append-only, and a failure that nobody foresaw says
 * nothing about its cause to the client and everything to the log. Refuses: stack traces, SQL or key material in an
 * answer. A leaf: it depends on no other package of the service.
 */
@NullMarked
package how.mana.auth.problem;

import org.jspecify.annotations.NullMarked;
