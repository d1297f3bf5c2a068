package how.mana.auth.account.signup;

import how.mana.auth.account.EvenTime;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.password.PasswordChecks;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;

/** Gives somebody an account, or does nothing and says the same. */
@Singleton
class SignUp {
    private final RateLimits limits;
    private final PasswordChecks passwords;
    private final SignUpGate gate;
    private final NewUsers users;
    private final Equipment equipment;
    private final ServiceTransactions transactions;
    private final SecurityEvents events;

    SignUp(
            RateLimits limits,
            PasswordChecks passwords,
            SignUpGate gate,
            NewUsers users,
            Equipment equipment,
            ServiceTransactions transactions,
            SecurityEvents events) {
        this.limits = limits;
        this.passwords = passwords;
        this.gate = gate;
        this.users = users;
        this.equipment = equipment;
        this.transactions = transactions;
        this.events = events;
    }

    /**
     * Signs somebody up. Of an address that has an account the answer is made up, and nobody can tell: the password is hashed all
     * the same, and the answer takes as long.
     */
    Uni<SignedUpResponse> signUp(Attempt attempt, NewAccount wish) {
        return events.recorded(
                attempt.onAccountOf(wish.email().value()),
                limits.count(RateLimits.Scope.SIGN_UP, attempt.client())
                        .chain(() -> passwords.hash(wish.password()))
                        .chain(hash -> EvenTime.of(create(attempt, wish, hash))));
    }

    private Uni<SignedUpResponse> create(Attempt attempt, NewAccount wish, String hash) {
        var id = users.randomId();
        return transactions
                .run(tx -> gate.look(tx)
                        .chain(() -> users.insert(tx, id, wish))
                        .invoke(SignUp::requireNew)
                        .call(() -> equipment.give(tx, new Equipment.NewUser(id, wish, hash), attempt.client()))
                        .call(() -> gate.enter(tx)))
                .map(NewUsers.Insertion::at)
                .onFailure(AlreadyThere.class)
                .recoverWithItem(there -> ((AlreadyThere) there).at)
                .map(at -> SignedUpResponse.of(id, wish, at));
    }

    /** Thrown inside of the transaction, which takes back whatever was counted so far. */
    private static void requireNew(NewUsers.Insertion insertion) {
        if (!insertion.created()) {
            throw new AlreadyThere(insertion.at());
        }
    }

    /** The address has an account. Never leaves this class. */
    private static final class AlreadyThere extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final transient OffsetDateTime at;

        AlreadyThere(OffsetDateTime at) {
            super("The address has an account", null, false, false);
            this.at = at;
        }
    }
}
