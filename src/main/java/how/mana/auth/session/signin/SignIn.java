package how.mana.auth.session.signin;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.NewSession;
import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.SessionUser;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.password.PasswordGate;
import how.mana.auth.session.password.PasswordProof;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Lets people in who know their password. */
@Singleton
class SignIn {
    private static final String WRONG = "Invalid email or password";

    private final PasswordGate passwords;
    private final Sessions sessions;
    private final ServiceTransactions transactions;
    private final SecurityEvents events;

    SignIn(PasswordGate passwords, Sessions sessions, ServiceTransactions transactions, SecurityEvents events) {
        this.passwords = passwords;
        this.sessions = sessions;
        this.transactions = transactions;
        this.events = events;
    }

    /** What became of somebody who knew the password. */
    private sealed interface Outcome {
        record In(OpenedSession session) implements Outcome {}

        record SecondFactorWanted() implements Outcome {}

        record NotVerified() implements Outcome {}
    }

    /**
     * Signs somebody in; empty if the password is right and a second factor is wanted, without which there is no session.
     *
     * @param attempt with the address that was given
     */
    Uni<Optional<OpenedSession>> byPassword(Attempt attempt, String password, NewSession wish) {
        return events.recorded(
                        attempt,
                        passwords.knowing(
                                attempt,
                                password,
                                WRONG,
                                proof -> transactions.run(tx ->
                                        passwords.settle(tx, proof).chain(() -> admit(tx, attempt, proof, wish)))))
                .map(SignIn::opened);
    }

    /** Thrown only here, after the commit that recorded it: that the password was right counts even for somebody who may not come in yet. */
    private static Optional<OpenedSession> opened(Outcome outcome) {
        if (outcome instanceof Outcome.NotVerified) {
            throw new AuthRefusal.EmailNotVerified();
        }
        return outcome instanceof Outcome.In in ? Optional.of(in.session()) : Optional.empty();
    }

    private Uni<Outcome> admit(SqlConnection tx, Attempt attempt, PasswordProof proof, NewSession wish) {
        return user(tx, proof.user()).chain(user -> {
            if (!user.emailVerified()) {
                return notVerified(tx, attempt.by(user.id()));
            }
            return user.twoFactorEnabled()
                    ? Uni.createFrom().item(new Outcome.SecondFactorWanted())
                    : sessions.open(tx, user.id(), wish)
                            .call(() -> events.record(
                                    tx, SecurityEvent.of(EventType.LOGIN_SUCCESS, user.id(), wish.client())))
                            .map(Outcome.In::new);
        });
    }

    private Uni<Outcome> notVerified(SqlConnection tx, Attempt attempt) {
        return attempt.refusedAs(new AuthRefusal.EmailNotVerified())
                .map(event -> events.record(tx, event))
                .orElseGet(() -> Uni.createFrom().voidItem())
                .replaceWith(new Outcome.NotVerified());
    }

    /** Gone since the password was checked: then it is nobody's. Held from here on, for the session refers to it. */
    private static Uni<SessionUser> user(SqlConnection tx, UserId id) {
        return SessionUser.hold(tx, id)
                .map(found -> found.orElseThrow(() -> new AuthRefusal.InvalidCredentials(WRONG)));
    }
}
