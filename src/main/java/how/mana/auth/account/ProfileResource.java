package how.mana.auth.account;

import how.mana.auth.caller.Caller;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** The caller's profile over HTTP (contract A11). */
@Path("/api/v1/me/profile")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class ProfileResource {
    private final AccountService accounts;
    private final SecurityIdentity identity;

    ProfileResource(AccountService accounts, SecurityIdentity identity) {
        this.accounts = accounts;
        this.identity = identity;
    }

    @PATCH
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<ProfileResponse> change(byte @Nullable [] body) {
        var patch = ProfilePatch.parse(JsonBody.limited(body, BodyCap.OTHER));
        return accounts.change(Caller.of(identity), patch).map(ProfileResponse::of);
    }

    /** The profile as it is now. */
    public record ProfileResponse(String name, @Nullable String image, boolean feedbackShowRealName) {
        static ProfileResponse of(User user) {
            return new ProfileResponse(user.name(), user.image(), user.feedbackShowRealName());
        }
    }
}
