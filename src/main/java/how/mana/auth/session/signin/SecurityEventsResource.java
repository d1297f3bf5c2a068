package how.mana.auth.session.signin;

import how.mana.auth.event.RecordedEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.SessionAuthentication;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** What happened to the caller's account (contract A4). */
@Path("/api/v1/auth/security-events")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false)
public class SecurityEventsResource {
    private static final int USUAL = 50;
    private static final int MOST = 500;

    private final SessionAuthentication authentication;
    private final SecurityEvents events;

    SecurityEventsResource(SessionAuthentication authentication, SecurityEvents events) {
        this.authentication = authentication;
        this.events = events;
    }

    /** Newest first. */
    @GET
    public Uni<List<RecordedEvent>> events(@RestQuery @Nullable String limit, @Context HttpServerRequest request) {
        var most = limit(limit);
        return authentication
                .require(request)
                .chain(presented -> events.newest(presented.session().user().id(), most));
    }

    private static int limit(@Nullable String asked) {
        if (asked == null) {
            return USUAL;
        }
        if (!asked.matches("[1-9][0-9]{0,2}") || Integer.parseInt(asked) > MOST) {
            throw new AuthRefusal.Validation("limit must be a number from 1 to " + MOST);
        }
        return Integer.parseInt(asked);
    }
}
