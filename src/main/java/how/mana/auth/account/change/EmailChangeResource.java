package how.mana.auth.account.change;

import how.mana.auth.account.owner.OwnerRequests;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.guard.RateLimits;
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

/** Asking for another address (contract A4). */
@Path("/api/v1/auth/change-email")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is counted and recorded, whether or not the client waits for it
public class EmailChangeResource {
    private final EmailChangeRequests requests;
    private final OwnerRequests owners;

    EmailChangeResource(EmailChangeRequests requests, OwnerRequests owners) {
        this.requests = requests;
        this.owners = owners;
    }

    @POST
    public Uni<Requested> request(byte @Nullable [] body, @Context HttpServerRequest request) {
        var sent = AuthBody.parse(body);
        return owners.run(
                request, RateLimits.Scope.CHANGE_EMAIL, "/change-email", (session, attempt) -> requests.request(
                                attempt, session, WantedEmail.in(sent))
                        .replaceWith(Requested.YES));
    }

    /** The same for every address. */
    public record Requested(boolean success, String message) {
        static final Requested YES =
                new Requested(true, "If this address can be yours, a link to confirm it is on its way there");
    }
}
