package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * An access token and what renews it.
 *
 * @param refreshToken absent if the request showed an access token only, which renews nothing
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
@RegisterForReflection
public record TokensResponse(String accessToken, @Nullable String refreshToken) {
    /** A record would print the tokens. */
    @Override
    public String toString() {
        return "TokensResponse[hidden]";
    }
}
