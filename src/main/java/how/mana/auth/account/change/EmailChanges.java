package how.mana.auth.account.change;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.account.password.Credentials;
import how.mana.auth.caller.Client;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import io.vertx.pgclient.PgException;
import jakarta.inject.Singleton;

/** Changes an address once the link that was mailed there is opened. */
@Singleton
class EmailChanges {
    private static final String UNIQUE_VIOLATION = "23505";

    /** One statement: who has an address is for its unique key to say, at the moment of the change. */
    private static final String CHANGE = """
            WITH former AS (
                SELECT id, email, name FROM auth.users WHERE id = $1 AND deleted_at IS NULL FOR UPDATE)
            UPDATE auth.users u
            SET email = $2, email_verified = true, updated_at = now()
            FROM former f
            WHERE u.id = f.id
            RETURNING f.email, f.name
            """;

    private final LinkTokens tokens;
    private final Credentials credentials;
    private final SecurityEvents events;
    private final Outbox outbox;
    private final ServiceTransactions transactions;

    EmailChanges(
            LinkTokens tokens,
            Credentials credentials,
            SecurityEvents events,
            Outbox outbox,
            ServiceTransactions transactions) {
        this.tokens = tokens;
        this.credentials = credentials;
        this.events = events;
        this.outbox = outbox;
        this.transactions = transactions;
    }

    /**
     * Makes the change that {@code token} stands for. Fails with {@link AuthRefusal.TokenInvalid} or {@link
     * AuthRefusal.TokenExpired}, and with {@link AuthRefusal.EmailAlreadyRegistered} if somebody else has the address by now.
     */
    Uni<Void> complete(String token, Client client) {
        return transactions
                .run(tx -> tokens.peek(tx, LinkTokens.Purpose.CHANGE_EMAIL, token))
                .map(found -> change(found.orElseThrow(AuthRefusal.TokenInvalid::new)))
                .chain(change -> transactions.run(tx -> complete(tx, token, change, client)));
    }

    private Uni<Void> complete(SqlConnection tx, String token, EmailChange change, Client client) {
        return credentials
                .hold(tx, change.user())
                .chain(() -> tokens.take(tx, LinkTokens.Purpose.CHANGE_EMAIL, token))
                .map(found -> change(found.orElseThrow(AuthRefusal.TokenInvalid::new)))
                .chain(() -> move(tx, change))
                // After the change, which waits for links that are being made out to the old address.
                .call(() -> tokens.forget(tx, change.user()))
                .call(() -> events.record(tx, SecurityEvent.of(EventType.EMAIL_CHANGED, change.user(), client)))
                .chain(former -> former.send(
                        outbox,
                        tx,
                        (email, name) ->
                                Mail.emailChanged(email, name, change.address().value())));
    }

    private static EmailChange change(LinkTokens.Link link) {
        if (link.expired()) {
            throw new AuthRefusal.TokenExpired("Link expired");
        }
        return EmailChange.parse(link.value());
    }

    /** @return whom the account was known as */
    private static Uni<Addressee> move(SqlConnection tx, EmailChange change) {
        return tx.preparedQuery(CHANGE)
                .execute(Tuple.of(change.user().value(), change.address().value()))
                .onFailure(EmailChanges::isTaken)
                .transform(taken -> new AuthRefusal.EmailAlreadyRegistered())
                .map(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new AuthRefusal.TokenInvalid(); // gone since the link was mailed
                    }
                    return Addressee.of(rows.iterator().next());
                });
    }

    /** The statement writes nothing else that is unique. */
    private static boolean isTaken(Throwable failure) {
        return failure instanceof PgException refused && UNIQUE_VIOLATION.equals(refused.getSqlState());
    }
}
