package how.mana.auth.session;

import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.RandomText;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.SessionRepository.Shown;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The sessions of users: opened, used, exchanged, ended. Each is looked up in the database with every use. */
@Singleton
public class Sessions {
    private static final int ID_LENGTH = 32;

    /** Ours, and those of sessions that were adopted. Anything else names none, and not all of it is text to Postgres. */
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9_-]{1,255}");

    private final SessionRepository repository;
    private final ServiceTransactions transactions;
    private final SecurityEvents events;
    private final SessionConfig config;
    private final SecureRandom random;

    Sessions(
            SessionRepository repository,
            ServiceTransactions transactions,
            SecurityEvents events,
            SessionConfig config,
            SecureRandom random) {
        this.repository = repository;
        this.transactions = transactions;
        this.events = events;
        this.config = config;
        this.random = random;
    }

    /**
     * Opens a session in the transaction of what lets the user in. Fails with {@link AuthRefusal.Unauthorized} if the user is
     * gone.
     */
    public Uni<OpenedSession> open(SqlConnection tx, UserId user, NewSession wish) {
        var name = new SessionName(RandomText.alphanumeric(random, ID_LENGTH), SessionToken.random(random));
        return repository.open(tx, user, name, wish).map(opened -> opened.map(
                        session -> new OpenedSession(session, name.token()))
                .orElseThrow(() -> new AuthRefusal.Unauthorized("Unauthorized")));
    }

    /** The session that {@code token} opens, which this use prolongs if it is time; empty if it opens none. */
    Uni<Optional<Shown>> byToken(SessionToken token, Client client) {
        return transactions.run(tx -> use(tx, token, client));
    }

    /** The session named by an access token of ours; empty if it has ended. Not prolonged: an access token lives for minutes. */
    public Uni<Optional<LiveSession>> byId(String id, UserId user) {
        return transactions.run(tx -> repository.byId(tx, id, user));
    }

    /**
     * Exchanges {@code token} for a new one. The old one counts for a moment longer, so that several tabs that exchange it at
     * once all stay signed in; used later than that it ends the session, because then somebody has it who should not.
     */
    Uni<Optional<OpenedSession>> exchange(SessionToken token, Client client) {
        var next = SessionToken.random(random);
        return transactions.run(tx -> use(tx, token, client).chain(found -> found.map(shown -> repository
                        .exchange(tx, shown.session(), token.hash(), next.hash())
                        .map(done -> Optional.of(new OpenedSession(shown.session(), next))
                                .filter(opened -> done)))
                .orElseGet(() -> Uni.createFrom().item(Optional.empty()))));
    }

    /** Whether one of the tokens is or was this session's. Looking is no use of them. */
    Uni<Boolean> hasToken(LiveSession session, List<SessionToken> tokens) {
        var hashes = tokens.stream().map(SessionToken::hash).toList();
        return transactions.run(tx -> repository.hasToken(tx, session, hashes));
    }

    /** Ends a session. */
    public Uni<Void> end(LiveSession session, EventType why, Client client) {
        return transactions.run(tx -> repository
                .end(tx, session.id(), session.user().id())
                .chain(ended -> ended
                        ? events.record(tx, SecurityEvent.of(why, session.user().id(), client))
                        : Uni.createFrom().voidItem()));
    }

    /** Ends one of the user's sessions. Fails with {@link AuthRefusal.NotFound} if it is none of theirs. */
    public Uni<Void> revoke(UserId user, String id, Client client) {
        if (!ID.matcher(id).matches()) {
            return Uni.createFrom().failure(new AuthRefusal.NotFound("Session not found"));
        }
        return transactions.run(tx -> repository.end(tx, id, user).chain(ended -> {
            if (!ended) {
                throw new AuthRefusal.NotFound("Session not found");
            }
            return events.record(
                    tx,
                    SecurityEvent.of(EventType.SESSION_REVOKED, user, client).with(Map.of("sessionId", id)));
        }));
    }

    /** Ends all sessions of a user but one, in the transaction of what makes them doubtful. */
    public Uni<Void> endOthers(SqlConnection tx, UserId user, LiveSession kept) {
        return repository.endOthers(tx, user, kept.id()).replaceWithVoid();
    }

    /** Ends all sessions of a user. */
    public Uni<Void> endAll(SqlConnection tx, UserId user) {
        return repository.endOthers(tx, user, "").replaceWithVoid(); // no session is named so
    }

    /** The user's sessions, the one used last first. */
    public Uni<List<LiveSession>> of(UserId user) {
        return transactions.run(tx -> repository.of(tx, user));
    }

    private Uni<Optional<Shown>> use(SqlConnection tx, SessionToken token, Client client) {
        return repository.byToken(tx, token.hash(), config.refreshGrace()).chain(found -> {
            if (found.isEmpty()) {
                return Uni.createFrom().item(Optional.empty());
            }
            var shown = found.get();
            return shown.late()
                    ? endStolen(tx, shown.session(), client).replaceWith(Optional.empty())
                    : repository.slide(tx, shown.session()).map(later -> Optional.of(shown.as(later)));
        });
    }

    /** Committed with the transaction: what the client hears is that the session has ended. */
    private Uni<Void> endStolen(SqlConnection tx, LiveSession session, Client client) {
        var user = session.user().id();
        var reused =
                SecurityEvent.of(EventType.REFRESH_TOKEN_REUSED, user, client).with(Map.of("sessionId", session.id()));
        return repository
                .end(tx, session.id(), user)
                .chain(ended ->
                        ended ? events.record(tx, reused) : Uni.createFrom().voidItem());
    }
}
