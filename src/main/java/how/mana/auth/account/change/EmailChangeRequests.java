package how.mana.auth.account.change;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.account.mail.Addressee;
import how.mana.auth.account.mail.MailedLinks;
import how.mana.auth.account.owner.OwnPassword;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.password.PasswordProof;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Mails a link to the address that somebody wants to have. Changes nothing yet. */
@Singleton
class EmailChangeRequests {
    /** For so long after signing in nobody is asked for the password again: today's client has no field for it. */
    private static final Duration FRESH = Duration.ofHours(24);

    private final OwnPassword own;
    private final LinkTokens tokens;
    private final MailedLinks links;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final Outbox outbox;
    private final ServiceTransactions transactions;
    private final Clock clock;

    EmailChangeRequests(
            OwnPassword own,
            LinkTokens tokens,
            MailedLinks links,
            RateLimits limits,
            SecurityEvents events,
            Outbox outbox,
            ServiceTransactions transactions,
            Clock clock) {
        this.own = own;
        this.tokens = tokens;
        this.links = links;
        this.limits = limits;
        this.events = events;
        this.outbox = outbox;
        this.transactions = transactions;
        this.clock = clock;
    }

    /** Does and says the same for an address that somebody else has: who opens the link there has shown that it is theirs. */
    Uni<Void> request(Attempt attempt, LiveSession session, WantedEmail wanted) {
        var next = links.callback(wanted.callback().orElse(null));
        if (wanted.address().value().equals(session.user().email())) {
            throw new AuthRefusal.Validation("Email is the same");
        }
        return proven(
                attempt,
                session,
                wanted,
                proof -> transactions.run(tx -> settle(tx, proof)
                        .chain(() -> events.record(tx, requested(attempt, session, wanted)))
                        .chain(() -> limits.mayMail(tx, wanted.address().value()))
                        .chain(may -> may
                                ? mail(tx, session, wanted, next)
                                : Uni.createFrom().voidItem())));
    }

    private Uni<Void> proven(
            Attempt attempt,
            LiveSession session,
            WantedEmail wanted,
            Function<Optional<PasswordProof>, Uni<Void>> work) {
        if (wanted.password().isPresent()) {
            return own.knowing(attempt, session, wanted.password().get(), proof -> work.apply(Optional.of(proof)));
        }
        if (session.createdAt().toInstant().plus(FRESH).isBefore(clock.instant())) {
            throw new AuthRefusal.Validation("password is required: this session is older than a day");
        }
        return work.apply(Optional.empty());
    }

    private Uni<Void> settle(SqlConnection tx, Optional<PasswordProof> proof) {
        return proof.map(shown -> own.settle(tx, shown))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }

    private Uni<Void> mail(SqlConnection tx, LiveSession session, WantedEmail wanted, String next) {
        var user = session.user();
        return tokens.create(tx, LinkTokens.Purpose.CHANGE_EMAIL, new EmailChange(wanted.address(), user.id()).text())
                .chain(token -> new Addressee(wanted.address().value(), user.name())
                        .send(
                                outbox,
                                tx,
                                (email, name) -> Mail.changeEmail(email, name, links.changeEmail(token, next))));
    }

    private static SecurityEvent requested(Attempt attempt, LiveSession session, WantedEmail wanted) {
        return SecurityEvent.of(EventType.EMAIL_CHANGE_REQUESTED, session.user().id(), attempt.client())
                .with(Map.of("newEmail", wanted.address().value()));
    }
}
