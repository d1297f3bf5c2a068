package how.mana.auth.internal;

import how.mana.auth.caller.ServiceKeyRequired;
import how.mana.auth.db.NewUser;
import how.mana.auth.db.Provisioned;
import how.mana.auth.db.UserProvisioning;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/**
 * Makes a user whom an external issuer's tokens are to name, before the first of them comes. An operator's act: it makes a
 * user also after an erasure, which a token could not.
 */
@Path("/api/v1/internal/users/{id}")
@ServiceKeyRequired
@Produces(MediaType.APPLICATION_JSON)
@Cancellable(false) // what was begun is finished, whether or not the client waits for it
public class UserResource {
    private static final Logger LOG = Logger.getLogger(UserResource.class);

    private final UserProvisioning users;

    UserResource(UserProvisioning users) {
        this.users = users;
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<RestResponse<UserResponse>> provision(@PathParam("id") String id, byte @Nullable [] body) {
        var user = UserRequest.parse(id, JsonBody.limited(body, BodyCap.OTHER));
        return users.provision(user).map(outcome -> answer(user, outcome));
    }

    private static RestResponse<UserResponse> answer(NewUser user, Provisioned outcome) {
        return switch (outcome) {
            case CREATED -> {
                LOG.infof("Made user %s, as a service asked", user.id());
                yield RestResponse.status(RestResponse.Status.CREATED, new UserResponse(user, true));
            }
            case EXISTS -> RestResponse.ok(new UserResponse(user, false));
            case EMAIL_TAKEN -> throw new AuthRefusal.EmailAlreadyRegistered();
            case ERASED -> throw new IllegalStateException("An erasure does not bind an operator");
        };
    }

    /** @param created whether the row was made now; one that was there is as it was, whatever the body said */
    public record UserResponse(String id, boolean created) {
        UserResponse(NewUser user, boolean created) {
            this(user.id().value(), created);
        }
    }
}
