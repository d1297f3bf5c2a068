package how.mana.auth.token;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;

/** The public keys, beside the other routes of the service. A class of its own: its path must be longer than that of any other resource that it begins with. */
@Path("/api/v1/auth/jwks")
@PermitAll
public class ServiceJwksResource {
    private final PublishedKeys keys;

    ServiceJwksResource(PublishedKeys keys) {
        this.keys = keys;
    }

    @GET
    public Uni<RestResponse<PublishedKeys.KeySet>> keys() {
        return keys.answer();
    }
}
