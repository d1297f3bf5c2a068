package how.mana.auth.account.change;

import how.mana.auth.account.mail.MailedLinks;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Refusal;
import how.mana.auth.session.guard.RateLimits;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The link of a mail that makes an address the account's. */
@Path("/api/auth/change-email/verify")
@Cache(noStore = true)
@Cancellable(false)
public class EmailChangeLinkResource {
    private final EmailChanges changes;
    private final MailedLinks links;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final CallerConfig callers;

    EmailChangeLinkResource(
            EmailChanges changes, MailedLinks links, RateLimits limits, SecurityEvents events, CallerConfig callers) {
        this.changes = changes;
        this.links = links;
        this.limits = limits;
        this.events = events;
        this.callers = callers;
    }

    /** Needs no session: the mail may be read on another device. Signs nobody in. */
    @GET
    public Uni<RestResponse<Void>> open(
            @RestQuery @Nullable String token,
            @RestQuery @Nullable String callbackURL,
            @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var next = links.callback(callbackURL);
        return events.recorded(
                Attempt.at("/change-email/verify", client),
                limits.count(RateLimits.Scope.OTHER, client)
                        .chain(() -> changes.complete(token == null ? "" : token, client))
                        .map(done -> to(MailedLinks.ascii(next)))
                        .onFailure(EmailChangeLinkResource::isToldByRedirect)
                        .recoverWithItem(refused -> to(MailedLinks.with(next, "error", wordFor(refused)))));
    }

    private static boolean isToldByRedirect(Throwable failure) {
        return failure instanceof AuthRefusal.TokenInvalid
                || failure instanceof AuthRefusal.TokenExpired
                || failure instanceof AuthRefusal.EmailAlreadyRegistered;
    }

    /** As the links of today's service say it, where they do. */
    private static String wordFor(Throwable refused) {
        return refused instanceof AuthRefusal.TokenInvalid token ? token.nativeCode() : ((Refusal) refused).code();
    }

    private static RestResponse<Void> to(String url) {
        return RestResponse.ResponseBuilder.<Void>create(RestResponse.Status.FOUND)
                .header(HttpHeaders.LOCATION, url)
                .build();
    }
}
