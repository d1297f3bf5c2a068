package how.mana.auth.session;

import how.mana.auth.caller.UserId;
import io.vertx.mutiny.sqlclient.Row;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/** A user as their sessions show them. Read from the database with every use, so that what was changed shows at once. */
public record SessionUser(
        UserId id,
        String name,
        String email,
        boolean emailVerified,
        @Nullable String image,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt,
        boolean twoFactorEnabled,
        String role,
        String tier,
        String kind) {

    /** The columns of {@code auth.users u} that {@link #of} reads. */
    public static final String COLUMNS = """
            u.id AS user_id, u.name, u.email, u.email_verified, u.image, u.created_at AS user_created_at,
            u.updated_at AS user_updated_at, coalesce(u.two_factor_enabled, false) AS two_factor_enabled,
            u.role::text AS role, u.access_tier::text AS access_tier, u.kind::text AS kind
            """;

    public static SessionUser of(Row row) {
        return new SessionUser(
                new UserId(row.getString("user_id")),
                row.getString("name"),
                row.getString("email"),
                row.getBoolean("email_verified"),
                row.getString("image"),
                row.getOffsetDateTime("user_created_at"),
                row.getOffsetDateTime("user_updated_at"),
                row.getBoolean("two_factor_enabled"),
                row.getString("role"),
                row.getString("access_tier"),
                row.getString("kind"));
    }
}
