package how.mana.auth.account.verification;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.NewSession;
import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.Sessions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Takes a link back. Whether it was used before stands in the user's row: its token goes on being known while it is good. */
@Singleton
class EmailVerification {
    private static final String CONFIRM = """
            UPDATE auth.users
            SET email_verified = true, updated_at = now()
            WHERE id = $1 AND email = $2 AND NOT email_verified AND deleted_at IS NULL
            RETURNING coalesce(two_factor_enabled, false) AS wants_second_factor
            """;

    private static final String THERE =
            "SELECT FROM auth.users WHERE id = $1 AND email = $2 AND email_verified AND deleted_at IS NULL";

    private final LinkTokens tokens;
    private final Sessions sessions;
    private final SecurityEvents events;
    private final ServiceTransactions transactions;

    EmailVerification(LinkTokens tokens, Sessions sessions, SecurityEvents events, ServiceTransactions transactions) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.events = events;
        this.transactions = transactions;
    }

    /**
     * What came of a link.
     *
     * @param session for who opened it first, unless somebody else is signed in there or a second factor is wanted
     */
    record Verified(Destination destination, Optional<OpenedSession> session) {}

    /**
     * Confirms the address that the link was mailed to. Fails with {@link AuthRefusal.Unauthorized} if there is no such link,
     * and with {@link AuthRefusal.TokenExpired} if it is too late.
     *
     * @param present who is signed in in this browser: nobody's session is replaced by that of whoever sent them a link
     */
    Uni<Verified> verify(String token, Optional<UserId> present, Client client) {
        return transactions.run(
                tx -> claim(tx, token).chain(claim -> confirm(tx, claim).chain(confirmed -> confirmed
                        .map(wantsSecondFactor ->
                                admit(tx, claim, client, !wantsSecondFactor && mayEnter(claim, present)))
                        .orElseGet(() -> usedBefore(tx, claim)))));
    }

    /** Where the link leads, without doing what it does. Fails as {@link #verify} does for a link that is no good. */
    Uni<Verified> look(String token) {
        return transactions
                .run(tx -> claim(tx, token))
                .map(claim -> new Verified(claim.destination(), Optional.empty()));
    }

    private Uni<Claim> claim(SqlConnection tx, String token) {
        return tokens.peek(tx, LinkTokens.Purpose.VERIFY_EMAIL, token).map(found -> {
            var link = found.orElseThrow(EmailVerification::unknown);
            if (link.expired()) {
                throw new AuthRefusal.TokenExpired("Token expired");
            }
            return Claim.parse(link.value());
        });
    }

    /** Whether a second factor is wanted; empty if there was nothing left to confirm. */
    private static Uni<Optional<Boolean>> confirm(SqlConnection tx, Claim claim) {
        return tx.preparedQuery(CONFIRM).execute(addressOf(claim)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .findFirst()
                .map(row -> row.getBoolean("wants_second_factor")));
    }

    private Uni<Verified> admit(SqlConnection tx, Claim claim, Client client, boolean signedIn) {
        return events.record(tx, SecurityEvent.of(EventType.EMAIL_VERIFIED, claim.user(), client))
                .chain(() -> signedIn
                        ? sessions.open(tx, claim.user(), NewSession.of(client)).map(Optional::of)
                        : Uni.createFrom().item(Optional.<OpenedSession>empty()))
                .map(session -> new Verified(claim.destination(), session));
    }

    private static boolean mayEnter(Claim claim, Optional<UserId> present) {
        return present.filter(user -> !user.equals(claim.user())).isEmpty();
    }

    private static Uni<Verified> usedBefore(SqlConnection tx, Claim claim) {
        return tx.preparedQuery(THERE).execute(addressOf(claim)).map(rows -> {
            if (rows.rowCount() == 0) {
                throw unknown();
            }
            return new Verified(claim.destination(), Optional.empty());
        });
    }

    private static Tuple addressOf(Claim claim) {
        return Tuple.of(claim.user().value(), claim.email());
    }

    private static AuthRefusal unknown() {
        return new AuthRefusal.Unauthorized("Invalid token", "INVALID_TOKEN");
    }
}
