package how.mana.auth.account.verification;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Kind;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.Answers;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import java.util.Optional;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The link in the mail (contract A5). */
@Path("/api/auth/verify-email")
@Cancellable(false)
public class VerifyEmailResource {
    private final EmailVerification verification;
    private final Destinations destinations;
    private final SessionAuthentication authentication;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final Answers answers;
    private final CallerConfig callers;

    VerifyEmailResource(
            EmailVerification verification,
            Destinations destinations,
            SessionAuthentication authentication,
            RateLimits limits,
            SecurityEvents events,
            Answers answers,
            CallerConfig callers) {
        this.verification = verification;
        this.destinations = destinations;
        this.authentication = authentication;
        this.limits = limits;
        this.events = events;
        this.answers = answers;
        this.callers = callers;
    }

    /** Confirms the address, signs its owner in and sends the browser on. Asked with HEAD, it says where to and does nothing. */
    @GET
    public Uni<RestResponse<Object>> verify(
            @RestQuery @Nullable String token,
            @RestQuery("callbackURL") @Nullable String callbackUrl,
            @Context HttpServerRequest request) {
        keepToYourself(request);
        var client = Client.of(request, callers);
        var asked = destinations.asked(Optional.ofNullable(callbackUrl));
        var shown = token == null ? "" : token;
        return events.recorded(
                Attempt.at("/verify-email", client),
                limits.count(RateLimits.Scope.OTHER, client)
                        .chain(() -> open(shown, client, request))
                        .map(verified -> leadOn(verified, asked))
                        .onFailure(failure -> asked.isPresent() && isBadLink(failure))
                        .recoverWithItem(failure -> answers.sending(asked.orElseThrow()
                                .failed(((AuthRefusal) failure).nativeCode())
                                .location())));
    }

    private Uni<EmailVerification.Verified> open(String token, Client client, HttpServerRequest request) {
        return HttpMethod.HEAD.equals(request.method())
                ? verification.look(token)
                : present(request).chain(user -> verification.verify(token, user, client));
    }

    private Uni<Optional<UserId>> present(HttpServerRequest request) {
        return authentication
                .find(request)
                .map(found -> found.map(presented -> presented.session().user().id()));
    }

    private RestResponse<Object> leadOn(EmailVerification.Verified verified, Optional<Destination> asked) {
        var location = asked.orElse(verified.destination()).location();
        return verified.session()
                .map(session -> answers.sending(location, session))
                .orElseGet(() -> answers.sending(location));
    }

    private static boolean isBadLink(Throwable failure) {
        return failure instanceof AuthRefusal refusal && refusal.kind() == Kind.UNAUTHENTICATED;
    }

    /** Whatever the answer: its address holds a token, which neither the next page nor a cache is to see. */
    private static void keepToYourself(HttpServerRequest request) {
        request.response().putHeader("Referrer-Policy", "no-referrer").putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    }
}
