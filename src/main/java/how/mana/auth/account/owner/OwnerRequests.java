package how.mana.auth.account.owner;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** Requests of somebody who is signed in, about their own account. */
@Singleton
public class OwnerRequests {
    private final SessionAuthentication authentication;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final CallerConfig callers;

    OwnerRequests(
            SessionAuthentication authentication, RateLimits limits, SecurityEvents events, CallerConfig callers) {
        this.authentication = authentication;
        this.limits = limits;
        this.events = events;
        this.callers = callers;
    }

    /**
     * Counts the request, finds its session and does {@code work}. What is refused is recorded for the user whose session it is
     * (see {@link SecurityEvents#recorded}). Fails with {@link how.mana.auth.problem.AuthRefusal.Unauthorized} without a live
     * session.
     *
     * @param work gets the session, and what is attempted on whose account
     */
    public <T> Uni<T> run(
            HttpServerRequest request,
            RateLimits.Scope scope,
            String endpoint,
            BiFunction<LiveSession, Attempt, Uni<T>> work) {
        var client = Client.of(request, callers);
        var attempt = Attempt.at(endpoint, client);
        return events.recorded(attempt, limits.count(scope, client).chain(() -> authentication.require(request)))
                .chain(shown -> run(shown.session(), attempt, work));
    }

    private <T> Uni<T> run(LiveSession session, Attempt attempt, BiFunction<LiveSession, Attempt, Uni<T>> work) {
        var user = session.user();
        var own = attempt.onAccountOf(user.email()).by(user.id());
        return events.recorded(own, Uni.createFrom().deferred(() -> work.apply(session, own)));
    }
}
