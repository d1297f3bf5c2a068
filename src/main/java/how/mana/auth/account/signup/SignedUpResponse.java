package how.mana.auth.account.signup;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.Timestamps;
import how.mana.auth.session.signin.UserResponse;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Somebody signed up.
 *
 * @param token always null: there is a session once the address is confirmed
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record SignedUpResponse(@Nullable String token, UserResponse user) {
    private static final String TIER = "public";
    private static final String KIND = "human";

    /** Made of what was sent and of nothing that is stored, so that it is the same for an address that has an account. */
    static SignedUpResponse of(UserId id, NewAccount account, OffsetDateTime at) {
        return new SignedUpResponse(
                null,
                new UserResponse(
                        account.name(),
                        account.email().value(),
                        false,
                        account.image().orElse(null),
                        Timestamps.iso(at),
                        Timestamps.iso(at),
                        false,
                        TIER,
                        KIND,
                        id.value()));
    }
}
