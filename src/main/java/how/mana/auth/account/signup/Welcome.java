package how.mana.auth.account.signup;

import how.mana.auth.account.verification.VerificationMails;
import how.mana.auth.caller.UserId;
import how.mana.auth.outbound.Calls;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;

/** Who is told of a new user: themselves, and the services that have something for them. */
@Singleton
class Welcome {
    private final VerificationMails mails;
    private final Outbox outbox;
    private final RateLimits limits;

    Welcome(VerificationMails mails, Outbox outbox, RateLimits limits) {
        this.mails = mails;
        this.outbox = outbox;
        this.limits = limits;
    }

    /** All of it is sent once {@code tx} is committed. */
    Uni<Void> send(SqlConnection tx, UserId user, NewAccount account, String space) {
        var id = user.value();
        var email = account.email().value();
        var recipient = new VerificationMails.Recipient(user, email, account.name());
        // Counted like every mail to this address, and sent in any case: nobody signs up twice, nor in without it.
        return limits.mayMail(tx, email)
                .chain(() -> mails.send(tx, recipient, account.destination()))
                .chain(() -> outbox.add(tx, Calls.creditsInit(id)))
                .chain(() -> outbox.add(tx, Calls.redeemGifts(id, account.typed())))
                .chain(() -> outbox.add(tx, Calls.mailbox(id, account.typed(), account.name())))
                .chain(() -> outbox.add(tx, Calls.bootstrap(id, space)));
    }
}
