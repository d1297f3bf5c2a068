package how.mana.auth.grant;

import how.mana.auth.caller.ServiceKeyRequired;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** For the AI worker: whether a grant it holds is good. Tells one word and nothing of whose it is. */
@Path("/api/v1/internal/mission-grants/check")
@ServiceKeyRequired
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class MissionGrantCheckResource {
    private final MissionGrantService grants;

    MissionGrantCheckResource(MissionGrantService grants) {
        this.grants = grants;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<StateResponse> state(byte @Nullable [] body) {
        return grants.state(GrantCheckRequest.parse(JsonBody.limited(body, BodyCap.OTHER)))
                .map(state -> new StateResponse(state.word()));
    }

    /** @param status {@code ok}, {@code expired}, {@code revoked} or {@code malformed} */
    public record StateResponse(String status) {}
}
