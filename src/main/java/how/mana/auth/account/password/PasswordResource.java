package how.mana.auth.account.password;

import how.mana.auth.account.EvenTime;
import how.mana.auth.account.owner.OwnerRequests;
import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import how.mana.auth.session.guard.RateLimits;
import how.mana.auth.session.signin.SessionResource.Success;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.Optional;
import org.jboss.resteasy.reactive.Cache;
import org.jboss.resteasy.reactive.server.Cancellable;
import org.jspecify.annotations.Nullable;

/** Forgotten, reset and changed passwords (contract A4). */
@Path("/api/v1/auth")
@Consumes(MediaType.APPLICATION_JSON)
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
@Cancellable(false) // what was begun is counted and recorded, whether or not the client waits for it
public class PasswordResource {
    private final ForgottenPasswords forgotten;
    private final PasswordResets resets;
    private final PasswordChange change;
    private final OwnerRequests owners;
    private final RateLimits limits;
    private final SecurityEvents events;
    private final CallerConfig callers;

    PasswordResource(
            ForgottenPasswords forgotten,
            PasswordResets resets,
            PasswordChange change,
            OwnerRequests owners,
            RateLimits limits,
            SecurityEvents events,
            CallerConfig callers) {
        this.forgotten = forgotten;
        this.resets = resets;
        this.change = change;
        this.owners = owners;
        this.limits = limits;
        this.events = events;
        this.callers = callers;
    }

    /** Always says yes, whatever was sent and whoever has the address. Only a fault of ours, or asking too often, is another answer. */
    @POST
    @Path("/forgot-password")
    public Uni<Success> forgotten(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var wish = Wish.in(body);
        var attempt = Attempt.at("/forgot-password", client);
        var work = limits.count(RateLimits.Scope.MAIL, client)
                .chain(() -> wish.map(known -> forgotten.request(known.email(), known.next(), client))
                        .orElseGet(() -> Uni.createFrom().voidItem()));
        return events.recorded(
                wish.map(known -> attempt.onAccountOf(known.email().value())).orElse(attempt),
                EvenTime.of(work).replaceWith(Success.YES));
    }

    /** Sets a password by the token of a link. */
    @POST
    @Path("/reset-password")
    public Uni<Success> reset(byte @Nullable [] body, @Context HttpServerRequest request) {
        var client = Client.of(request, callers);
        var sent = AuthBody.parse(body);
        var password = NewPassword.in(sent);
        return events.recorded(
                Attempt.at("/reset-password", client),
                limits.count(RateLimits.Scope.OTHER, client)
                        .chain(() -> resets.reset(sent.optionalText("token").orElse(""), password, client))
                        .replaceWith(Success.YES));
    }

    /** Changes the caller's password. */
    @POST
    @Path("/change-password")
    public Uni<Success> change(byte @Nullable [] body, @Context HttpServerRequest request) {
        var sent = AuthBody.parse(body);
        return owners.run(
                request, RateLimits.Scope.CHANGE_PASSWORD, "/change-password", (session, attempt) -> change.change(
                                attempt, session, sent.text("currentPassword"), NewPassword.in(sent))
                        .replaceWith(Success.YES));
    }

    /**
     * A link that somebody wants.
     *
     * @param next where they want to choose their new password
     */
    private record Wish(EmailAddress email, Optional<String> next) {
        /** Empty for a body that nothing can be done for, of whatever form. */
        static Optional<Wish> in(byte @Nullable [] body) {
            try {
                var sent = AuthBody.parse(body);
                var next = sent.optionalText("redirectTo");
                return EmailAddress.typed(sent.text("email")).map(email -> new Wish(email, next));
            } catch (AuthRefusal.Validation malformed) {
                return Optional.empty();
            }
        }
    }
}
