package how.mana.auth.account.erasure;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.account.owner.OwnPassword;
import how.mana.auth.account.password.Credentials;
import how.mana.auth.caller.Caller;
import how.mana.auth.caller.Client;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.SessionUser;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.password.PasswordProof;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;

/** Erases accounts. */
@Singleton
class AccountErasure {
    private final OwnPassword own;
    private final Credentials credentials;
    private final Sessions sessions;
    private final LinkTokens tokens;
    private final ErasureRepository repository;
    private final SecurityEvents events;
    private final Outbox outbox;
    private final UserTransactions transactions;

    AccountErasure(
            OwnPassword own,
            Credentials credentials,
            Sessions sessions,
            LinkTokens tokens,
            ErasureRepository repository,
            SecurityEvents events,
            Outbox outbox,
            UserTransactions transactions) {
        this.own = own;
        this.credentials = credentials;
        this.sessions = sessions;
        this.tokens = tokens;
        this.repository = repository;
        this.events = events;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /** Erases the session's user, who shows the password. All of it or nothing. */
    Uni<Void> erase(Attempt attempt, LiveSession session, String password) {
        var client = attempt.client();
        var caller = new Caller(session.user().id(), Optional.of(session.id()), client.address(), client.userAgent());
        return own.knowing(
                attempt, session, password, proof -> transactions.as(caller, tx -> erase(tx, session.user(), proof)));
    }

    /** Locks in the order in which everybody else does, the user's row last, so that nobody waits for each other. */
    private Uni<Void> erase(SqlConnection tx, SessionUser user, PasswordProof proof) {
        return credentials
                .hold(tx, user.id())
                .chain(() -> own.settle(tx, proof))
                .chain(() -> repository.lockVault(tx, user.id()))
                .chain(() -> sessions.endAll(tx, user.id()))
                .chain(() -> repository.erase(tx, user.id()))
                .invoke(AccountErasure::require)
                .chain(() -> tokens.forget(tx, user.id()))
                .chain(() -> repository.eraseTraces(tx, user.id(), user.email()))
                .chain(() -> repository.subject(tx, user.id()))
                .chain(subject -> events.record(tx, erased(subject)))
                .chain(() -> new Addressee(user.email(), user.name())
                        .send(outbox, tx, (email, name) -> Mail.accountDeleted(email)));
    }

    private static void require(boolean erased) {
        if (!erased) {
            throw new AuthRefusal.Unauthorized("Unauthorized");
        }
    }

    /** Says nothing of who it was but what the receipt says, and nothing of where they were. */
    private static SecurityEvent erased(String subject) {
        return new SecurityEvent(
                EventType.ACCOUNT_DELETED, Optional.empty(), new Client(null, null), Map.of("subject", subject));
    }
}
