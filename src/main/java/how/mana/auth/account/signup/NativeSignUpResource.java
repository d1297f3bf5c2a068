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

/** Signing up by the native route (contract A5): the same as everywhere, with the same limits. */
@Path("/api/auth/sign-up/email")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class NativeSignUpResource {
    private static final String LINK = "callbackURL";

    private final SignUp signUp;
    private final Destinations destinations;
    private final CallerConfig callers;

    NativeSignUpResource(SignUp signUp, Destinations destinations, CallerConfig callers) {
        this.signUp = signUp;
        this.destinations = destinations;
        this.callers = callers;
    }

    /** The same answer for every address. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<SignedUpResponse> signUp(byte @Nullable [] body, @Context HttpServerRequest request) {
        var sent = AuthBody.parse(body);
        var wish = SignUpForm.read(sent, LINK, destinations);
        destinations.asked(sent.optionalText(LINK));
        return signUp.signUp(Attempt.at("/sign-up/email", Client.of(request, callers)), wish);
    }
}
