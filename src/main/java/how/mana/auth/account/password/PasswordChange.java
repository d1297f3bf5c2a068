package how.mana.auth.account.password;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.account.owner.OwnPassword;
import how.mana.auth.caller.Client;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.password.PasswordChecks;
import how.mana.auth.session.password.PasswordProof;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;

/** Gives a new password to who is signed in and knows the present one. */
@Singleton
class PasswordChange {
    private final OwnPassword own;
    private final PasswordChecks passwords;
    private final Credentials credentials;
    private final LinkTokens tokens;
    private final Sessions sessions;
    private final SecurityEvents events;
    private final Outbox outbox;
    private final ServiceTransactions transactions;

    PasswordChange(
            OwnPassword own,
            PasswordChecks passwords,
            Credentials credentials,
            LinkTokens tokens,
            Sessions sessions,
            SecurityEvents events,
            Outbox outbox,
            ServiceTransactions transactions) {
        this.own = own;
        this.passwords = passwords;
        this.credentials = credentials;
        this.tokens = tokens;
        this.sessions = sessions;
        this.events = events;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /** Changes the password and ends every other session. Links that were mailed before count no more. */
    Uni<Void> change(Attempt attempt, LiveSession session, String current, NewPassword next) {
        return own.knowing(attempt, session, current, proof -> passwords
                .hash(next.value())
                .chain(hash -> transactions.run(tx -> change(tx, session, proof, hash, attempt.client()))));
    }

    private Uni<Void> change(SqlConnection tx, LiveSession session, PasswordProof proof, String hash, Client client) {
        var user = session.user();
        return credentials
                .hold(tx, user.id())
                // Only if the password that was proven is still the present one.
                .chain(() -> own.settle(tx, proof))
                .chain(() -> credentials.store(tx, user.id(), hash))
                .chain(() -> sessions.endOthers(tx, user.id(), session))
                .chain(() -> tokens.forget(tx, user.id()))
                .chain(() -> events.record(tx, SecurityEvent.of(EventType.PASSWORD_CHANGED, user.id(), client)))
                .chain(() -> new Addressee(user.email(), user.name()).send(outbox, tx, Mail::passwordChanged));
    }
}
