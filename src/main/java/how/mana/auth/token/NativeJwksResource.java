package how.mana.auth.token;

import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.PermitAll;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import org.jboss.resteasy.reactive.RestResponse;

/** The public keys, where today's clients look. A class of its own: its path must be longer than that of any other resource that it begins with. */
@Path("/api/auth/jwks")
@PermitAll
public class NativeJwksResource {
    private final PublishedKeys keys;

    NativeJwksResource(PublishedKeys keys) {
        this.keys = keys;
    }

    @GET
    public Uni<RestResponse<PublishedKeys.KeySet>> keys() {
        return keys.answer();
    }
}
