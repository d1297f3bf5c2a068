package how.mana.auth.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
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
import org.jspecify.annotations.Nullable;

/** The vault's trail over HTTP: owners read their own. */
@Path("/api/v1/me/encryption-vault/audit")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class AuditResource {
    private static final String USUAL = "50";
    private static final int MOST = 200;

    private final AuditReading reading;
    private final SecurityIdentity identity;

    AuditResource(AuditReading reading, SecurityIdentity identity) {
        this.reading = reading;
        this.identity = identity;
    }

    @GET
    public Uni<AuditResponse> page(
            @QueryParam("before") Optional<String> before, @QueryParam("limit") @DefaultValue(USUAL) String limit) {
        return reading.page(Caller.of(identity), cursor(before), parsed(limit)).map(AuditResponse::of);
    }

    private static PageCursor cursor(Optional<String> before) {
        return before.isEmpty()
                ? PageCursor.NEWEST
                : before.flatMap(PageCursor::parse)
                        .orElseThrow(
                                () -> new AuditRefusal.BadRequest("Wanted: before, what an earlier page said as next"));
    }

    /** Text until here: the framework would answer a number it cannot read with 404. */
    private static int parsed(String limit) {
        if (limit.matches("[0-9]{1,3}")) {
            var rows = Integer.parseInt(limit);
            if (rows >= 1 && rows <= MOST) {
                return rows;
            }
        }
        throw new AuditRefusal.BadRequest("Wanted: limit, a whole number from 1 to " + MOST);
    }

    /**
     * @param rows newest first
     * @param next what to ask for as {@code before} to read on; null if there is no more
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    public record AuditResponse(
            List<AuditRow> rows, @Nullable String next) {
        static AuditResponse of(AuditReading.Page page) {
            return new AuditResponse(
                    page.rows(), page.next().map(PageCursor::toString).orElse(null));
        }
    }
}
