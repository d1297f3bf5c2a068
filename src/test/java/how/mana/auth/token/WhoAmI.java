package how.mana.auth.token;

import how.mana.auth.caller.Caller;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.security.RolesAllowed;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;
import java.util.Map;

/** A route for callers, as every feature has them. Exists in tests only. */
@Path("api/v1/me/whoami")
@Authenticated
public class WhoAmI {
    private final SecurityIdentity identity;

    WhoAmI(SecurityIdentity identity) {
        this.identity = identity;
    }

    @GET
    public Uni<Map<String, Object>> whoAmI() {
        var caller = Caller.of(identity);
        return Uni.createFrom()
                .item(Map.of(
                        "user", caller.user().value(),
                        "session", caller.session().orElse(""),
                        "address", String.valueOf(caller.address()),
                        "userAgent", String.valueOf(caller.userAgent()),
                        "roles", List.copyOf(identity.getRoles()),
                        "tier", identity.getCredential(VerifiedToken.class).tier()));
    }

    @GET
    @Path("admin")
    @RolesAllowed("admin")
    public Uni<String> admin() {
        return Uni.createFrom().item("admin");
    }
}
