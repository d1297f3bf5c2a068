package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.event.Attempt;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.NewSession;
import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.guard.OriginRefusal;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.guard.TrustedOrigins;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Signing in for browsers, whose session is the cookie (contract A5). The same lock and the same limit as everywhere. */
@Path("/api/auth/sign-in/email")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class NativeSignInResource {
    private final SignIn signIn;
    private final RateLimits limits;
    private final TrustedOrigins origins;
    private final Answers answers;
    private final CallerConfig callers;

    NativeSignInResource(
            SignIn signIn, RateLimits limits, TrustedOrigins origins, Answers answers, CallerConfig callers) {
        this.signIn = signIn;
        this.limits = limits;
        this.origins = origins;
        this.answers = answers;
        this.callers = callers;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<Object>> signIn(byte @Nullable [] body, @Context HttpServerRequest request) {
        return signIn(AuthBody.parse(body), request);
    }

    /** A form, as a page without script sends it. */
    @POST
    @Consumes(MediaType.APPLICATION_FORM_URLENCODED)
    public Uni<RestResponse<Object>> signInByForm(byte @Nullable [] body, @Context HttpServerRequest request) {
        return signIn(AuthBody.parseForm(body), request);
    }

    private Uni<RestResponse<Object>> signIn(AuthBody sent, HttpServerRequest request) {
        var client = Client.of(request, callers);
        var callback = sent.optionalText("callbackURL");
        if (callback.filter(url -> !origins.mayLeadTo(url)).isPresent()) {
            throw new OriginRefusal.CallbackUrl();
        }
        var password = sent.text("password");
        var email = EmailAddress.ofAccount(sent.text("email"))
                .orElseThrow(() -> new AuthRefusal.Validation("Invalid email", "INVALID_EMAIL"));
        var wish = NewSession.of(
                client,
                sent.isFalse("rememberMe") ? NewSession.Remembrance.NOT_REMEMBERED : NewSession.Remembrance.REMEMBERED);
        return limits.count(RateLimits.Scope.SIGN_IN, client)
                .chain(() -> signIn.byPassword(
                        Attempt.at("/sign-in/email", client).onAccountOf(email.value()), password, wish))
                .map(opened -> opened.map(
                                session -> answers.<Object>giving(session, SignedInResponse.of(session, callback)))
                        .orElseGet(() -> RestResponse.ok(SignInResource.SecondFactorResponse.WANTED)));
    }

    /**
     * Somebody is signed in.
     *
     * @param redirect whether the client should go to {@code url}
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    @RegisterForReflection
    public record SignedInResponse(
            boolean redirect, String token, @Nullable String url, UserResponse user) {
        static SignedInResponse of(OpenedSession opened, Optional<String> callback) {
            return new SignedInResponse(
                    callback.isPresent(),
                    opened.token().value(),
                    callback.orElse(null),
                    UserResponse.of(opened.session().user()));
        }

        /** A record would print the token. */
        @Override
        public String toString() {
            return "SignedInResponse[hidden]";
        }
    }
}
