package how.mana.auth.account.owner;

import how.mana.auth.event.Attempt;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.password.PasswordGate;
import how.mana.auth.session.password.PasswordProof;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.function.Function;

/** Asks who is signed in for their password once more. A wrong one counts towards the lockout, as it does for who signs in. */
@Singleton
public class OwnPassword {
    private static final String WRONG = "Invalid password";

    private final PasswordGate gate;

    OwnPassword(PasswordGate gate) {
        this.gate = gate;
    }

    /**
     * Does {@code work} for who knows the password, as {@link PasswordGate#knowing} does.
     *
     * @param attempt what it is for, on the account of the session's user
     * @param work {@link #settle}s the proof; may be done once more
     */
    public <T> Uni<T> knowing(
            Attempt attempt, LiveSession session, String password, Function<PasswordProof, Uni<T>> work) {
        return gate.knowing(attempt, password, WRONG, proof -> {
            // The address became somebody else's since the session was read: it was their password.
            if (!proof.user().equals(session.user().id())) {
                return Uni.createFrom().failure(new AuthRefusal.Unauthorized("Unauthorized"));
            }
            return work.apply(proof);
        });
    }

    /** Makes a proof count, see {@link PasswordGate#settle}. */
    public Uni<Void> settle(SqlConnection tx, PasswordProof proof) {
        return gate.settle(tx, proof);
    }
}
