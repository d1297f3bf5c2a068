package how.mana.auth.vault;

import how.mana.auth.caller.Caller;
import how.mana.auth.vault.VaultResource.OpenedResponse;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.server.Cancellable;

/** Replacing the key, over HTTP. Bodies are ignored. */
@Path("/api/v1/me/encryption-vault/rotate")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is finished and recorded, whether or not the client waits for it
public class RekeyResource {
    private final Rekey rekey;
    private final SecurityIdentity identity;

    RekeyResource(Rekey rekey, SecurityIdentity identity) {
        this.rekey = rekey;
        this.identity = identity;
    }

    @POST
    public Uni<OpenedResponse> rotate(@Context RoutingContext http) {
        return rekey.rotate(Caller.of(identity), idempotencyKeys(http)).map(OpenedResponse::of);
    }

    @POST
    @Path("/abort")
    public Uni<OpenedResponse> abort(@Context RoutingContext http) {
        return rekey.abort(Caller.of(identity), idempotencyKeys(http)).map(OpenedResponse::of);
    }

    @POST
    @Path("/commit")
    public Uni<Committed> commit() {
        return rekey.commit(Caller.of(identity)).map(deleted -> new Committed(true, deleted));
    }

    /** Not as a parameter of a method, which would not tell one without a value from none. */
    private static List<String> idempotencyKeys(RoutingContext http) {
        return http.request().headers().getAll(IdempotencyKey.HEADER);
    }

    /** @param deleted how many superseded keys the service had kept and has no more */
    public record Committed(boolean ok, int deleted) {}
}
