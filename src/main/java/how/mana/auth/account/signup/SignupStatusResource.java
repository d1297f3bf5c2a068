package how.mana.auth.account.signup;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.db.Timestamps;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** Whether there is a place left today (contract A4). */
@Path("/api/v1/auth/signup-status")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class SignupStatusResource {
    private final SignUpGate gate;
    private final SecurityEvents events;
    private final CallerConfig callers;

    SignupStatusResource(SignUpGate gate, SecurityEvents events, CallerConfig callers) {
        this.gate = gate;
        this.events = events;
        this.callers = callers;
    }

    @GET
    public Uni<StatusResponse> status(@Context HttpServerRequest request) {
        return events.recorded(
                Attempt.at("/signup-status", Client.of(request, callers)),
                gate.today().map(found -> found.map(StatusResponse::of).orElse(StatusResponse.NO_LIMIT)));
    }

    /**
     * How far today's places are taken.
     *
     * @param spotsRemaining null if there is no limit
     * @param resetsAt the next midnight UTC; empty if there is no limit
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record StatusResponse(
            boolean registrationOpen, @Nullable Integer spotsRemaining, int totalToday, int limit, String resetsAt) {
        static final StatusResponse NO_LIMIT = new StatusResponse(true, null, 0, 0, "");

        static StatusResponse of(SignUpGate.Day day) {
            return new StatusResponse(
                    day.left() > 0, day.left(), day.signups(), day.limit(), Timestamps.iso(day.endsAt()));
        }
    }
}
