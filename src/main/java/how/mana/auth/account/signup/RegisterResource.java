package how.mana.auth.account.signup;

import how.mana.auth.account.verification.Destinations;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.Attempt;
import how.mana.auth.session.AuthBody;
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

/** Signing up (contract A4). */
@Path("/api/v1/auth/register")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class RegisterResource {
    private final SignUp signUp;
    private final Destinations destinations;
    private final CallerConfig callers;

    RegisterResource(SignUp signUp, Destinations destinations, CallerConfig callers) {
        this.signUp = signUp;
        this.destinations = destinations;
        this.callers = callers;
    }

    /** The same answer for every address. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<SignedUpResponse> register(byte @Nullable [] body, @Context HttpServerRequest request) {
        var wish = SignUpForm.read(AuthBody.parse(body), "sourceAppUrl", destinations);
        return signUp.signUp(Attempt.at("/register", Client.of(request, callers)), wish);
    }
}
