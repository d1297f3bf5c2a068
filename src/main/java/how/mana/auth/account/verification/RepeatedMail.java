package how.mana.auth.account.verification;

import how.mana.auth.account.EvenTime;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The mail once more, for whoever did not get it. Whether one was sent, neither the answer nor its time tells. */
@Singleton
class RepeatedMail {
    private static final String WAITING =
            "SELECT id, name FROM auth.users WHERE email = $1 AND NOT email_verified AND deleted_at IS NULL";

    private final VerificationMails mails;
    private final RateLimits limits;
    private final ServiceTransactions transactions;

    RepeatedMail(VerificationMails mails, RateLimits limits, ServiceTransactions transactions) {
        this.mails = mails;
        this.limits = limits;
        this.transactions = transactions;
    }

    /** Sends it, if this address waits for it and was not written to too often. Every address is counted. */
    Uni<Boolean> send(EmailAddress email, Destination destination) {
        return EvenTime.of(transactions.run(tx -> limits.mayMail(tx, email.value())
                .chain(may -> waiting(tx, email).chain(found -> found.filter(recipient -> may)
                        .map(recipient -> mails.send(tx, recipient, destination).replaceWith(true))
                        .orElseGet(() -> Uni.createFrom().item(false))))));
    }

    private static Uni<Optional<VerificationMails.Recipient>> waiting(SqlConnection tx, EmailAddress email) {
        return tx.preparedQuery(WAITING).execute(Tuple.of(email.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .findFirst()
                .map(row -> new VerificationMails.Recipient(
                        new UserId(row.getString("id")), email.value(), row.getString("name"))));
    }
}
