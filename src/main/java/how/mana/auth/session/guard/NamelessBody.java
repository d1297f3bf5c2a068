package how.mana.auth.session.guard;

import jakarta.inject.Singleton;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.core.HttpHeaders;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * The framework takes a body that does not say what it is for whatever the route reads. Any page can have such a body sent
 * anywhere without asking, so here it is none.
 */
@Singleton
class NamelessBody {
    @ServerRequestFilter
    public void check(ResteasyReactiveContainerRequestContext request) {
        var path = request.getUriInfo().getPath();
        if ((path.startsWith("/api/v1/auth/") || path.startsWith("/api/auth/")) && isNameless(request)) {
            throw new NotSupportedException();
        }
    }

    private static boolean isNameless(ResteasyReactiveContainerRequestContext request) {
        var headers = request.getHeaders();
        var length = headers.getFirst(HttpHeaders.CONTENT_LENGTH);
        var hasBody = length == null ? headers.containsKey("Transfer-Encoding") : !"0".equals(length);
        return hasBody && !headers.containsKey(HttpHeaders.CONTENT_TYPE);
    }
}
