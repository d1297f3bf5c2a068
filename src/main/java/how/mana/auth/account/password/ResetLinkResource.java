package how.mana.auth.account.password;

import how.mana.auth.account.mail.MailedLinks;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The link of a mail that resets a password: on to the page where the new one is chosen (contract A5). */
@Path("/api/auth/reset-password/{token}")
@Cache(noStore = true)
@Cancellable(false)
public class ResetLinkResource {
    private final PasswordResets resets;
    private final MailedLinks links;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final CallerConfig callers;

    ResetLinkResource(
            PasswordResets resets, MailedLinks links, RateLimits limits, SecurityEvents events, CallerConfig callers) {
        this.resets = resets;
        this.links = links;
        this.limits = limits;
        this.events = events;
        this.callers = callers;
    }

    /** Uses nothing up: programs that look at mail open its links too. */
    @GET
    public Uni<RestResponse<Void>> open(
            @RestPath String token, @RestQuery @Nullable String callbackURL, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var next = links.callback(callbackURL);
        return events.recorded(
                Attempt.at("/reset-password", client),
                limits.count(RateLimits.Scope.OTHER, client)
                        .chain(() -> resets.isLive(token))
                        .map(live -> live
                                ? MailedLinks.with(next, "token", token)
                                : MailedLinks.with(next, "error", "INVALID_TOKEN"))
                        .map(ResetLinkResource::to));
    }

    /** As text: the framework would resolve a path against what this host calls itself. */
    private static RestResponse<Void> to(String url) {
        return RestResponse.ResponseBuilder.<Void>create(RestResponse.Status.FOUND)
                .header(HttpHeaders.LOCATION, url)
                // The token is in the URL of the next page: no page it loads from elsewhere hears of it.
                .header("Referrer-Policy", "no-referrer")
                .build();
    }
}
