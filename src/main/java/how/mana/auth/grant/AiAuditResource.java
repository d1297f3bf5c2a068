package how.mana.auth.grant;

import how.mana.auth.caller.Caller;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;

/** The record of decrypts over HTTP (contract A9), where today's clients look for it. */
@Path("/api/v1/me/ai-audit")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class AiAuditResource {
    private static final String USUAL = "200";
    private static final int MOST = 1000;

    private final AiAuditService audit;
    private final SecurityIdentity identity;

    AiAuditResource(AiAuditService audit, SecurityIdentity identity) {
        this.audit = audit;
        this.identity = identity;
    }

    @GET
    public Uni<AiAuditResponse> newest(
            @QueryParam("limit") @DefaultValue(USUAL) String limit,
            @QueryParam("missionId") Optional<String> missionId) {
        return audit.newest(Caller.of(identity), parsed(limit), named(missionId))
                .map(AiAuditResponse::of);
    }

    /** Text until here: the framework would answer a number it cannot read with 404. */
    private static int parsed(String limit) {
        if (limit.matches("[0-9]{1,4}")) {
            var rows = Integer.parseInt(limit);
            if (rows >= 1 && rows <= MOST) {
                return rows;
            }
        }
        throw new AiAuditRefusal.BadRequest("Wanted: limit, a whole number from 1 to " + MOST);
    }

    /** What the database could not even look for is refused here. */
    private static Optional<String> named(Optional<String> missionId) {
        if (missionId.filter(id -> !id.isEmpty() && !MissionScope.isText(id)).isPresent()) {
            throw new AiAuditRefusal.BadRequest("Wanted: missionId, the id of a mission");
        }
        return missionId.filter(id -> !id.isEmpty());
    }

    /** @param rows newest first */
    public record AiAuditResponse(List<AiAuditRow> rows, int count) {
        static AiAuditResponse of(List<AiAuditRow> rows) {
            return new AiAuditResponse(rows, rows.size());
        }
    }
}
