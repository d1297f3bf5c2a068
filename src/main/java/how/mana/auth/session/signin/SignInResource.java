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
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.token.TokenMinter;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Signing in with a password (contract A4). */
@Path("/api/v1/auth/login")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is counted and recorded, whether or not the client waits for it
public class SignInResource {
    private final SignIn signIn;
    private final RateLimits limits;
    private final TokenMinter tokens;
    private final Answers answers;
    private final CallerConfig callers;

    SignInResource(SignIn signIn, RateLimits limits, TokenMinter tokens, Answers answers, CallerConfig callers) {
        this.signIn = signIn;
        this.limits = limits;
        this.tokens = tokens;
        this.answers = answers;
        this.callers = callers;
    }

    /** Signs in, and gives the cookie that the other apps of the same domain are signed in by. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<Object>> signIn(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var sent = AuthBody.parse(body);
        var password = sent.text("password");
        var email = EmailAddress.ofAccount(sent.text("email"))
                .orElseThrow(() -> new AuthRefusal.Validation("Invalid email", "INVALID_EMAIL"));
        var wish = new NewSession(
                client,
                NewSession.Remembrance.REMEMBERED,
                sent.optionalText("deviceId"),
                sent.optionalText("deviceName"));
        var attempt = Attempt.at("/login", client).onAccountOf(email.value());
        return limits.count(RateLimits.Scope.SIGN_IN, client)
                .chain(() -> signIn.byPassword(attempt, password, wish))
                .chain(opened -> opened.map(this::signedIn)
                        .orElseGet(() -> Uni.createFrom().item(RestResponse.ok(SecondFactorResponse.WANTED))));
    }

    private Uni<RestResponse<Object>> signedIn(OpenedSession opened) {
        return tokens.mint(opened.session().claims())
                .map(accessToken -> answers.giving(opened, SignedInResponse.of(opened, accessToken)));
    }

    /**
     * Somebody is signed in.
     *
     * @param token of the session
     * @param accessToken a JWT for a quarter of an hour
     * @param refreshToken the same as {@code token}, under the name that clients store it by
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @RegisterForReflection
    public record SignedInResponse(
            boolean redirect, String token, UserResponse user, String accessToken, String refreshToken) {
        static SignedInResponse of(OpenedSession opened, String accessToken) {
            var token = opened.token().value();
            return new SignedInResponse(
                    false, token, UserResponse.of(opened.session().user()), accessToken, token);
        }

        /** A record would print the tokens. */
        @Override
        public String toString() {
            return "SignedInResponse[hidden]";
        }
    }

    /** The password is right, and a second factor is wanted before there is a session. */
    @RegisterForReflection
    public record SecondFactorResponse(boolean twoFactorRedirect) {
        static final SecondFactorResponse WANTED = new SecondFactorResponse(true);
    }
}
