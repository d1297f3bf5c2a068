package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.JsonBody;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.Cache;
import org.jspecify.annotations.Nullable;

/** For other services: whether an access token counts (contract A4). */
@Path("/api/v1/auth/validate")
@Produces(MediaType.APPLICATION_JSON)
@Cache(noStore = true)
public class ValidateResource {
    private final TokenValidation validation;

    ValidateResource(TokenValidation validation) {
        this.validation = validation;
    }

    /** A token that is missing or no text does not count, as any other that is no good. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    public Uni<ValidityResponse> validate(byte @Nullable [] body) {
        var sent = JsonBody.object(JsonBody.limited(body, BodyCap.OTHER));
        if (sent.isMissingNode()) {
            throw new AuthRefusal.Validation("Invalid JSON body");
        }
        return validation.payload(JsonBody.text(sent, "token")).map(found -> found.map(
                        payload -> new ValidityResponse(true, payload))
                .orElse(ValidityResponse.NO));
    }

    /** @param payload what the token says, if it counts */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record ValidityResponse(boolean valid, @Nullable JsonNode payload) {
        static final ValidityResponse NO = new ValidityResponse(false, null);
    }
}
