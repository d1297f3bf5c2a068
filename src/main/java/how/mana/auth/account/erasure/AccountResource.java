package how.mana.auth.account.erasure;

import how.mana.auth.account.owner.OwnerRequests;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.Answers;
import how.mana.auth.session.signin.SessionResource.Success;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** The end of the caller's account (contract A4). */
@Path("/api/v1/auth/account")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is finished, whether or not the client waits for it
public class AccountResource {
    private final AccountErasure erasure;
    private final OwnerRequests owners;
    private final Answers answers;

    AccountResource(AccountErasure erasure, OwnerRequests owners, Answers answers) {
        this.erasure = erasure;
        this.owners = owners;
        this.answers = answers;
    }

    @DELETE
    public Uni<RestResponse<Success>> erase(byte @Nullable [] body, @Context HttpServerRequest request) {
        var sent = AuthBody.parse(body);
        return owners.run(request, RateLimits.Scope.OTHER, "/account", (session, attempt) -> erasure.erase(
                        attempt, session, sent.text("password"))
                .map(erased -> answers.taking(Success.YES)));
    }
}
