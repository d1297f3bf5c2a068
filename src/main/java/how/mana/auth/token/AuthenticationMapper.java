package how.mana.auth.token;

import how.mana.auth.problem.ProblemMapper;
import how.mana.auth.problem.Refusal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotAllowedException;
import jakarta.ws.rs.NotFoundException;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Says in our words what the framework's security refuses in its own. */
@Singleton
public class AuthenticationMapper {
    private static final String CALLERS_ROUTES = "/api/v1/me/";

    private final ProblemMapper problems;
    private final BearerAuthentication authentication;

    AuthenticationMapper(ProblemMapper problems, BearerAuthentication authentication) {
        this.problems = problems;
        this.authentication = authentication;
    }

    /** A route for callers was asked by nobody. */
    @ServerExceptionMapper
    public Response nobody(UnauthorizedException failure, RoutingContext http) {
        return problems.refusal(new TokenRefusal.Missing(), http);
    }

    /**
     * What is not there, or not with that method: below {@code /api/v1/me} only a caller is told so, everybody else is asked
     * for a token first, as the old service did.
     */
    @ServerExceptionMapper({NotFoundException.class, NotAllowedException.class})
    public Uni<Response> unknownRoute(RoutingContext http) {
        if (!http.normalizedPath().startsWith(CALLERS_ROUTES)) {
            return Uni.createFrom().item(problems.unknownRoute(http));
        }
        return authentication
                .authenticate(http)
                .map(caller -> problems.unknownRoute(http))
                .onFailure(Refusal.class)
                .recoverWithItem(refusal -> problems.refusal((Refusal) refusal, http));
    }

    /** Our own refusal, where the framework wrapped it. */
    @ServerExceptionMapper
    public Response failed(AuthenticationFailedException failure, RoutingContext http) {
        return problems.refusal(
                failure.getCause() instanceof Refusal refusal ? refusal : new TokenRefusal.Invalid(), http);
    }
}
