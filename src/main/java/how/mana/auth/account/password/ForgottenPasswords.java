package how.mana.auth.account.password;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.account.mail.MailedLinks;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Mails a link to who forgot their password. */
@Singleton
class ForgottenPasswords {
    /** Holds the address until the link is committed: who changes it then takes every link away that went to the old one. */
    private static final String USER = """
            SELECT id, email, name
            FROM auth.users
            WHERE email = $1 AND deleted_at IS NULL
            FOR KEY SHARE
            """;

    private final LinkTokens tokens;
    private final MailedLinks links;
    private final Outbox outbox;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final ServiceTransactions transactions;

    ForgottenPasswords(
            LinkTokens tokens,
            MailedLinks links,
            Outbox outbox,
            RateLimits limits,
            SecurityEvents events,
            ServiceTransactions transactions) {
        this.tokens = tokens;
        this.links = links;
        this.outbox = outbox;
        this.limits = limits;
        this.events = events;
        this.transactions = transactions;
    }

    /** Mails a link if somebody has this address and was not mailed too often. Says nothing of what it did. */
    Uni<Void> request(EmailAddress email, Optional<String> next, Client client) {
        return transactions.run(tx -> user(tx, email)
                // Counted for addresses that nobody has too: what is done for them differs as little as can be.
                .chain(found -> limits.mayMail(tx, email.value())
                        .chain(may -> found.filter(user -> may)
                                .map(user -> mail(tx, user, next))
                                .orElseGet(() -> Uni.createFrom().voidItem()))
                        .chain(() -> events.record(tx, requested(email, found, client)))));
    }

    private Uni<Void> mail(SqlConnection tx, Recipient user, Optional<String> next) {
        return tokens.create(tx, LinkTokens.Purpose.RESET_PASSWORD, user.id().value())
                .chain(token -> user.addressee()
                        .send(
                                outbox,
                                tx,
                                (email, name) -> Mail.resetPassword(email, name, links.resetPassword(token, next))));
    }

    private static SecurityEvent requested(EmailAddress email, Optional<Recipient> user, Client client) {
        return new SecurityEvent(
                EventType.PASSWORD_RESET_REQUESTED, user.map(Recipient::id), client, Map.of("email", email.value()));
    }

    private static Uni<Optional<Recipient>> user(SqlConnection tx, EmailAddress email) {
        return tx.preparedQuery(USER).execute(Tuple.of(email.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .findFirst()
                .map(Recipient::of));
    }

    private record Recipient(UserId id, Addressee addressee) {
        static Recipient of(Row row) {
            return new Recipient(new UserId(row.getString("id")), Addressee.of(row));
        }
    }
}
