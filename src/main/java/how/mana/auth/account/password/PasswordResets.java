package how.mana.auth.account.password;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.Sessions;
import how.mana.auth.session.password.PasswordChecks;
import how.mana.auth.session.password.PasswordGate;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Gives a new password to who opened the link that was mailed to them. */
@Singleton
class PasswordResets {
    /** Whoever has the link has read mail to this address: that is what verifying an address means. */
    private static final String MAILBOX_IS_THEIRS = """
            UPDATE auth.users SET email_verified = true, updated_at = now()
            WHERE id = $1 AND deleted_at IS NULL
            RETURNING email, name
            """;

    private final LinkTokens tokens;
    private final Credentials credentials;
    private final PasswordChecks passwords;
    private final PasswordGate gate;
    private final Sessions sessions;
    private final SecurityEvents events;
    private final Outbox outbox;
    private final ServiceTransactions transactions;

    PasswordResets(
            LinkTokens tokens,
            Credentials credentials,
            PasswordChecks passwords,
            PasswordGate gate,
            Sessions sessions,
            SecurityEvents events,
            Outbox outbox,
            ServiceTransactions transactions) {
        this.tokens = tokens;
        this.credentials = credentials;
        this.passwords = passwords;
        this.gate = gate;
        this.sessions = sessions;
        this.events = events;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /** Whether a token would count. It goes on counting. */
    Uni<Boolean> isLive(String token) {
        return find(token).map(Optional::isPresent);
    }

    /**
     * Sets the password, ends all sessions, and forgives the failures of the address. Of any number of parallel calls with one
     * token one gets through; the others fail with {@link AuthRefusal.TokenInvalid}, as for a token that never counted.
     */
    Uni<Void> reset(String token, NewPassword password, Client client) {
        // A token that does not count is not worth a hash.
        return find(token).map(PasswordResets::required).chain(user -> passwords
                .hash(password.value())
                .chain(hash -> transactions.run(tx -> reset(tx, token, user, hash, client))));
    }

    private Uni<Void> reset(SqlConnection tx, String token, UserId user, String hash, Client client) {
        return credentials
                .hold(tx, user)
                .chain(() -> tokens.take(tx, LinkTokens.Purpose.RESET_PASSWORD, token))
                .map(PasswordResets::live)
                .invoke(PasswordResets::required)
                .chain(() -> credentials.store(tx, user, hash))
                .chain(() -> sessions.endAll(tx, user))
                .chain(() -> owner(tx, user))
                .call(() -> tokens.forget(tx, user))
                .call(owner -> gate.forgive(tx, owner.email()))
                .call(() -> events.record(tx, SecurityEvent.of(EventType.PASSWORD_RESET_COMPLETED, user, client)))
                .chain(owner -> owner.send(outbox, tx, Mail::passwordChanged));
    }

    private Uni<Optional<UserId>> find(String token) {
        return transactions
                .run(tx -> tokens.peek(tx, LinkTokens.Purpose.RESET_PASSWORD, token))
                .map(PasswordResets::live);
    }

    private static Optional<UserId> live(Optional<LinkTokens.Link> found) {
        return found.filter(link -> !link.expired()).map(link -> new UserId(link.value()));
    }

    private static UserId required(Optional<UserId> user) {
        return user.orElseThrow(AuthRefusal.TokenInvalid::new);
    }

    private static Uni<Addressee> owner(SqlConnection tx, UserId user) {
        return tx.preparedQuery(MAILBOX_IS_THEIRS)
                .execute(Tuple.of(user.value()))
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new AuthRefusal.TokenInvalid(); // gone since the link was mailed
                    }
                    return Addressee.of(rows.iterator().next());
                });
    }
}
