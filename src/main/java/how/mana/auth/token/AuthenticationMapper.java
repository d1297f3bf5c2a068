package how.mana.auth.token;

import how.mana.auth.problem.ProblemMapper;
import how.mana.auth.problem.Refusal;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.UnauthorizedException;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** Says in our words what the framework's security refuses in its own. */
@Singleton
public class AuthenticationMapper {
    private final ProblemMapper problems;

    AuthenticationMapper(ProblemMapper problems) {
        this.problems = problems;
    }

    /** A route for callers was asked by nobody. */
    @ServerExceptionMapper
    public Response nobody(UnauthorizedException failure, RoutingContext http) {
        return problems.refusal(new TokenRefusal.Missing(), http);
    }

    /** Our own refusal, where the framework wrapped it. */
    @ServerExceptionMapper
    public Response failed(AuthenticationFailedException failure, RoutingContext http) {
        return problems.refusal(
                failure.getCause() instanceof Refusal refusal ? refusal : new TokenRefusal.Invalid(), http);
    }
}
