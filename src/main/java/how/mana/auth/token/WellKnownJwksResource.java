package how.mana.auth.token;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;

/** The public keys, where libraries look. A class of its own: its path must be longer than that of any other resource that it begins with. */
@Path("/.well-known/jwks.json")
@PermitAll
public class WellKnownJwksResource {
    private final PublishedKeys keys;

    WellKnownJwksResource(PublishedKeys keys) {
        this.keys = keys;
    }

    @GET
    public Uni<RestResponse<PublishedKeys.KeySet>> keys() {
        return keys.answer();
    }
}
