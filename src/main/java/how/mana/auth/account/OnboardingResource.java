package how.mana.auth.account;

import how.mana.auth.caller.Caller;
import io.quarkus.security.Authenticated;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** Whether the caller has been welcomed, over HTTP (contract A11). Bodies are ignored. */
@Path("/api/v1/me/onboarding")
@Authenticated
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class OnboardingResource {
    private final AccountService accounts;
    private final SecurityIdentity identity;

    OnboardingResource(AccountService accounts, SecurityIdentity identity) {
        this.accounts = accounts;
        this.identity = identity;
    }

    @GET
    public Uni<OnboardingResponse> state() {
        return accounts.find(caller()).map(OnboardingResponse::of);
    }

    @POST
    @Path("/complete")
    public Uni<OnboardingResponse> complete() {
        return accounts.completeOnboarding(caller()).map(OnboardingResponse::of);
    }

    @PATCH
    @Path("/reset")
    public Uni<OnboardingResponse> reset() {
        return accounts.resetOnboarding(caller()).map(OnboardingResponse::of);
    }

    private Caller caller() {
        return Caller.of(identity);
    }

    /**
     * How far the caller has come.
     *
     * @param completedAt RFC 3339 with milliseconds in UTC; null until then
     */
    public record OnboardingResponse(@Nullable String completedAt) {
        private static final DateTimeFormatter ISO_MILLIS =
                new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

        static OnboardingResponse of(User user) {
            return new OnboardingResponse(
                    user.onboardingCompletedAt().map(ISO_MILLIS::format).orElse(null));
        }
    }
}
