package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import how.mana.auth.db.Timestamps;
import how.mana.auth.session.SessionUser;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * A user as clients see their own.
 *
 * @param createdAt RFC 3339 with milliseconds in UTC, as every time here
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@JsonPropertyOrder({
    "name",
    "email",
    "emailVerified",
    "image",
    "createdAt",
    "updatedAt",
    "twoFactorEnabled",
    "accessTier",
    "kind",
    "id"
})
@RegisterForReflection
public record UserResponse(
        String name,
        String email,
        boolean emailVerified,
        @Nullable String image,
        String createdAt,
        String updatedAt,
        boolean twoFactorEnabled,
        String accessTier,
        String kind,
        String id) {

    public static UserResponse of(SessionUser user) {
        return new UserResponse(
                user.name(),
                user.email(),
                user.emailVerified(),
                user.image(),
                Timestamps.iso(user.createdAt()),
                Timestamps.iso(user.updatedAt()),
                user.twoFactorEnabled(),
                user.tier(),
                user.kind(),
                user.id().value());
    }
}
