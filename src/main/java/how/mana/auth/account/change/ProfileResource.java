package how.mana.auth.account.change;

import how.mana.auth.account.owner.OwnerRequests;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.SessionResponse;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The caller's profile, under the route of the service (contract A4). */
@Path("/api/v1/auth/profile")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class ProfileResource {
    private final Profiles profiles;
    private final SessionAuthentication authentication;
    private final OwnerRequests owners;

    ProfileResource(Profiles profiles, SessionAuthentication authentication, OwnerRequests owners) {
        this.profiles = profiles;
        this.authentication = authentication;
        this.owners = owners;
    }

    /** The session and its user, or {@code null}. */
    @GET
    public Uni<RestResponse<Object>> profile(@Context HttpServerRequest request) {
        return authentication.find(request).map(found -> found.map(SessionResponse::of)
                .map(body -> RestResponse.ok((Object) body))
                .orElseGet(() -> RestResponse.ok("null")));
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<Updated> change(byte @Nullable [] body, @Context HttpServerRequest request) {
        var sent = AuthBody.parse(body);
        return owners.run(request, RateLimits.Scope.OTHER, "/profile", (session, attempt) -> profiles.change(
                        attempt, session.user().id(), ProfileChange.in(sent))
                .replaceWith(Updated.YES));
    }

    /** That the profile is as was asked for. */
    public record Updated(boolean status) {
        static final Updated YES = new Updated(true);
    }
}
