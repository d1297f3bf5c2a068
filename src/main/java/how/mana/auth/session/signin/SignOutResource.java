package how.mana.auth.session.signin;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.SessionResource.Success;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Signing out (contract A4). */
@Path("/api/v1/auth/logout")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class SignOutResource {
    private final SignOut signOut;
    private final RateLimits limits;
    private final Answers answers;
    private final CallerConfig callers;

    SignOutResource(SignOut signOut, RateLimits limits, Answers answers, CallerConfig callers) {
        this.signOut = signOut;
        this.limits = limits;
        this.answers = answers;
        this.callers = callers;
    }

    /** Ends what is shown, in the body, as the cookie and as a bearer token. Without a session there is nothing to end. */
    @POST
    public Uni<RestResponse<Success>> logout(byte @Nullable [] body, @Context HttpServerRequest request) {
        var shown = AuthBody.parseIfAny(body).optionalText("refreshToken");
        return limits.count("/api/v1/auth/logout", Client.of(request, callers))
                .chain(() -> signOut.of(shown, request))
                .map(ended -> answers.taking(Success.YES));
    }
}
