package how.mana.auth.session.password;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The one way in which a password is checked: locked addresses are not tried, wrong passwords are counted and recorded before
 * they are answered, and nothing else is counted. A fault of ours or of the database is never somebody's wrong password.
 */
@Singleton
public class PasswordGate {
    private static final Logger LOG = Logger.getLogger(PasswordGate.class);

    /** No attempt has this number. */
    private static final int NO_ATTEMPT = 0;

    /** Short enough for a few people who share an address, and long enough that a crowd does not keep the database busy. */
    private static final Duration FIRST_WAIT = Duration.ofMillis(50);

    private static final Duration LONGEST_WAIT = Duration.ofMillis(500);
    private static final double JITTER = 0.5;
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** For trying again, and for tidying up after a fault, which may well be one of the database. */
    private static final Duration SOON = Duration.ofSeconds(1);

    private static final String KEEP = """
            SELECT id FROM auth.accounts
            WHERE user_id = $1 AND provider_id = 'credential' AND password = $2
            FOR SHARE
            """;

    private static final String REPLACE = """
            UPDATE auth.accounts SET password = $3, updated_at = now()
            WHERE user_id = $1 AND provider_id = 'credential' AND password = $2
            """;

    private final PasswordAttempts attempts;
    private final PasswordChecks checks;
    private final ServiceTransactions transactions;
    private final SecurityEvents events;

    PasswordGate(
            PasswordAttempts attempts, PasswordChecks checks, ServiceTransactions transactions, SecurityEvents events) {
        this.attempts = attempts;
        this.checks = checks;
        this.transactions = transactions;
        this.events = events;
    }

    /**
     * Checks a password and does {@code work} for who knew it. Nobody can tell an address that has no account from one that
     * has, neither by the answer nor by the time it takes.
     *
     * <p>Fails with {@link AuthRefusal.AccountLocked} without trying; with {@link AuthRefusal.InvalidCredentials} once the
     * failure is counted and recorded; and with {@link AuthRefusal.ServiceUnavailable} if there is no room to hash in, which
     * counts for nothing.
     *
     * <p>If another hash is stored by the time the proof is settled, the password is checked against that one and the work done
     * once more: it may be the same password, hashed anew by somebody who signed in at the same time. If it is not, that fails
     * with {@link AuthRefusal.InvalidCredentials} and counts for nothing, for the password was right when it was given.
     *
     * @param attempt what it is for; its address is normalised, and there
     * @param refusal what is said of a wrong password
     * @param work commits in one transaction, and {@link #settle}s the proof in it before it does anything that depends on it
     */
    public <T> Uni<T> knowing(Attempt attempt, String password, String refusal, Function<PasswordProof, Uni<T>> work) {
        return turn(attempt).chain(begun -> check(attempt, begun, password, refusal)
                .chain(proof -> work.apply(proof)
                        .onFailure(HashChanged.class)
                        .recoverWithUni(() -> checkAgain(proof, password).chain(again -> work.apply(again))))
                // A wrong password was counted, and has no row in flight any more.
                .onFailure(failure -> !(failure instanceof AuthRefusal.InvalidCredentials))
                .call(() -> withdraw(begun.number().orElseThrow()))
                .onFailure(HashChanged.class)
                .transform(changed -> new AuthRefusal.InvalidCredentials(refusal)));
    }

    /**
     * Makes a proof count, in the transaction of what it was given for: failures are forgiven, and the hash becomes one of
     * today's kind. Fails in a way that {@link #knowing} understands if another hash is stored by now.
     */
    public Uni<Void> settle(SqlConnection tx, PasswordProof proof) {
        return confirm(tx, proof)
                .invoke(unchanged -> {
                    if (!unchanged) {
                        throw new HashChanged();
                    }
                })
                .chain(() ->
                        attempts.forgive(tx, proof.email(), proof.checking().number()));
    }

    /**
     * Forgives the failures of an address whose owner has shown by other means that it is theirs. Checks in flight go on
     * counting.
     */
    public Uni<Void> forgive(SqlConnection tx, String email) {
        return attempts.forgive(tx, email, NO_ATTEMPT);
    }

    private static Uni<Boolean> confirm(SqlConnection tx, PasswordProof proof) {
        var arguments = Tuple.of(proof.user().value(), proof.checking().stored());
        return proof.checking()
                .rehash()
                .map(hash -> tx.preparedQuery(REPLACE).execute(arguments.addString(hash)))
                .orElseGet(() -> tx.preparedQuery(KEEP).execute(arguments))
                .map(rows -> rows.rowCount() == 1);
    }

    private Uni<PasswordAttempts.Begun> turn(Attempt attempt) {
        return CallersContext.keptIn(caller -> Uni.createFrom()
                .deferred(() -> transactions.run(tx -> begin(tx, attempt)))
                .runSubscriptionOn(caller) // a wait ends on a timer's thread
                .invoke(PasswordGate::requireTurn)
                .onFailure(NotYourTurn.class)
                .retry()
                .withBackOff(FIRST_WAIT, LONGEST_WAIT)
                .withJitter(JITTER)
                .expireIn(PATIENCE.toMillis())
                .onFailure(PasswordGate::isImpatience)
                .transform(waited -> new AuthRefusal.ServiceUnavailable(SOON, waited)));
    }

    /** That the address is locked is recorded here, where it is known whose it is. */
    private Uni<PasswordAttempts.Begun> begin(SqlConnection tx, Attempt attempt) {
        return attempts.begin(tx, attempt.email().orElseThrow(), attempt.client(), checks.currentPrefix())
                .call(begun -> begun.locked()
                        .map(remaining -> record(tx, attempt, begun, new AuthRefusal.AccountLocked(remaining)))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
    }

    private Uni<Void> record(SqlConnection tx, Attempt attempt, PasswordAttempts.Begun begun, AuthRefusal refusal) {
        return begun.user()
                .map(attempt::by)
                .orElse(attempt)
                .refusedAs(refusal)
                .map(event -> events.record(tx, event))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private static void requireTurn(PasswordAttempts.Begun begun) {
        begun.locked().ifPresent(remaining -> {
            throw new AuthRefusal.AccountLocked(remaining);
        });
        if (begun.number().isEmpty()) {
            throw new NotYourTurn();
        }
    }

    private Uni<PasswordProof> check(Attempt attempt, PasswordAttempts.Begun begun, String password, String refusal) {
        return checks.check(begun.stored(), password, begun.hashesInUse()).chain(checked -> begun.user()
                .filter(user -> checked.matches())
                .map(user -> Uni.createFrom().item(proof(user, attempt, begun, checked.rehash())))
                .orElseGet(() -> failed(attempt, begun, refusal)));
    }

    /** Against the hash that is stored now. The attempt is the same: who gets here has guessed nothing. */
    private Uni<PasswordProof> checkAgain(PasswordProof proof, String password) {
        return transactions
                .run(tx -> attempts.stored(tx, proof.user()))
                .map(stored -> stored.orElseThrow(HashChanged::new))
                .chain(stored -> checks.check(Optional.of(stored), password, HashesInUse.CURRENT)
                        .map(checked -> {
                            if (!checked.matches()) {
                                throw new HashChanged();
                            }
                            return proof.against(stored, checked.rehash());
                        }));
    }

    private static PasswordProof proof(
            UserId user, Attempt attempt, PasswordAttempts.Begun begun, Optional<String> rehash) {
        return new PasswordProof(
                user,
                attempt.email().orElseThrow(),
                new PasswordProof.Checking(
                        begun.number().orElseThrow(), begun.stored().orElseThrow(), rehash));
    }

    /** Counted and recorded in one transaction, and only then answered. */
    private Uni<PasswordProof> failed(Attempt attempt, PasswordAttempts.Begun begun, String sentence) {
        var refusal = new AuthRefusal.InvalidCredentials(sentence);
        return transactions
                .run(tx -> attempts.failed(tx, begun.number().orElseThrow())
                        .chain(() -> record(tx, attempt, begun, refusal)))
                .chain(() -> Uni.createFrom().failure(refusal));
    }

    /** So that the next try need not wait until the row counts no more. Not needed for that, so its own failure is no answer. */
    private Uni<Void> withdraw(int number) {
        return transactions
                .run(tx -> attempts.withdraw(tx, number))
                .ifNoItem()
                .after(SOON)
                .fail()
                .onFailure()
                .invoke(e -> LOG.warnf(e, "An attempt stays in flight until it counts no more"))
                .onFailure()
                .recoverWithNull();
    }

    /** How a retry that ran out of time ends. */
    private static boolean isImpatience(Throwable failure) {
        return failure instanceof NotYourTurn || failure.getCause() instanceof NotYourTurn;
    }

    /** As many passwords of this address are being checked as may still be wrong. */
    private static final class NotYourTurn extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotYourTurn() {
            super("Other passwords of this address are being checked", null, false, false);
        }
    }

    /** The hash that a password was checked against is not the user's any more, or the user is gone. */
    private static final class HashChanged extends RuntimeException {
        private static final long serialVersionUID = 1;

        HashChanged() {
            super("Another hash is stored than the one that was checked", null, false, false);
        }
    }
}
