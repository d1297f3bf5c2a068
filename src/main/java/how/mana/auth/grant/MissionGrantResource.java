package how.mana.auth.grant;

import how.mana.auth.caller.Caller;
import how.mana.auth.db.Timestamps;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Mission grants over HTTP (contract A9). The owner is the caller of the verified token. */
@Path("/api/v1/me/ai-mission-grant")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is finished and recorded, whether or not the client waits for it
public class MissionGrantResource {
    private final MissionGrantService grants;
    private final SecurityIdentity identity;

    MissionGrantResource(MissionGrantService grants, SecurityIdentity identity) {
        this.grants = grants;
        this.identity = identity;
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<GrantResponse> grant(byte @Nullable [] body) {
        return grants.grant(caller(), MissionGrantRequest.parse(JsonBody.limited(body, BodyCap.GRANT)))
                .map(GrantResponse::of);
    }

    @GET
    public Uni<LiveResponse> live() {
        return grants.live(caller()).map(LiveResponse::of);
    }

    @DELETE
    @Path("/{missionId: .+}")
    public Uni<RevokedResponse> revoke(@PathParam("missionId") String missionId) {
        return grants.revoke(caller(), missionId).map(count -> new RevokedResponse(true, count));
    }

    private Caller caller() {
        return Caller.of(identity);
    }

    /**
     * @param wrappedKey base64 of the mission's key, sealed to the worker
     * @param issuedAt RFC 3339 with milliseconds in UTC, as is {@code expiresAt}
     * @param workerKeyFingerprint SHA-256 of the worker's public key (SubjectPublicKeyInfo), in hex
     */
    public record GrantResponse(
            String wrappedKey,
            Derivation derivation,
            String issuedAt,
            String expiresAt,
            String grantId,
            String workerKeyFingerprint) {
        static GrantResponse of(MissionGrantService.SealedGrant sealed) {
            var grant = sealed.grant();
            var scope = sealed.scope();
            return new GrantResponse(
                    sealed.wrappedKey(),
                    new Derivation(Derivation.VERSION, scope.missionId(), scope.tables(), scope.recordIds()),
                    Timestamps.iso(grant.issuedAt()),
                    Timestamps.iso(grant.expiresAt()),
                    grant.id(),
                    grant.workerKey());
        }
    }

    /** What the key was derived from, besides the master key. */
    public record Derivation(String version, String missionId, List<String> tables, List<String> recordIds) {
        static final String VERSION = "v1";
    }

    /** The grants that are live now, newest first. */
    public record LiveResponse(List<Entry> grants) {
        /** @param recordCount how many records, as they were listed; which, the ledger does not keep */
        public record Entry(
                String grantId,
                String missionId,
                List<String> tables,
                int recordCount,
                String issuedAt,
                String expiresAt,
                String workerKeyFingerprint) {}

        static LiveResponse of(List<MissionGrant> live) {
            return new LiveResponse(live.stream()
                    .map(grant -> new Entry(
                            grant.id(),
                            grant.missionId(),
                            grant.tables(),
                            grant.recordCount(),
                            Timestamps.iso(grant.issuedAt()),
                            Timestamps.iso(grant.expiresAt()),
                            grant.workerKey()))
                    .toList());
        }
    }

    /** @param revoked how many grants were live until now */
    public record RevokedResponse(boolean ok, long revoked) {}
}
