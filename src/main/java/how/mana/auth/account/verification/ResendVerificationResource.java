package how.mana.auth.account.verification;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.SessionResource.Success;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The mail with the link, once more (contract A4). */
@Path("/api/v1/auth/resend-verification")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class ResendVerificationResource {
    private final RepeatedMail mail;
    private final Destinations destinations;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final CallerConfig callers;

    ResendVerificationResource(
            RepeatedMail mail,
            Destinations destinations,
            RateLimits limits,
            SecurityEvents events,
            CallerConfig callers) {
        this.mail = mail;
        this.destinations = destinations;
        this.limits = limits;
        this.events = events;
        this.callers = callers;
    }

    /** The same answer for every address. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Success> resend(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var sent = AuthBody.parse(body);
        var email = EmailAddress.typed(sent.text("email"))
                .orElseThrow(() -> new AuthRefusal.Validation("[body.email] Invalid email address"));
        var destination = destinations.orHome(sent.optionalText("sourceAppUrl"));
        return events.recorded(
                Attempt.at("/resend-verification", client).onAccountOf(email.value()),
                limits.count(RateLimits.Scope.MAIL, client)
                        .chain(() -> mail.send(email, destination))
                        .replaceWith(Success.YES));
    }
}
