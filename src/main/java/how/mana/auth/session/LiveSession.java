package how.mana.auth.session;

import how.mana.auth.token.NewToken;
import io.vertx.mutiny.sqlclient.Row;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * A session that has not ended, of a user who is still there. Holds no token.
 *
 * @param slides whether use prolongs it
 */
public record LiveSession(
        String id,
        SessionUser user,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt,
        OffsetDateTime expiresAt,
        @Nullable String address,
        @Nullable String userAgent,
        @Nullable String deviceName,
        boolean slides) {

    /** The columns of {@code auth.sessions s} and {@code auth.users u} that {@link #of} reads. */
    static final String COLUMNS = """
            s.id AS session_id, s.created_at AS session_created_at, s.updated_at AS session_updated_at, s.expires_at,
            s.ip_address, s.user_agent, s.device_name, s.slides,
            """ + SessionUser.COLUMNS;

    static LiveSession of(Row row) {
        return new LiveSession(
                row.getString("session_id"),
                SessionUser.of(row),
                row.getOffsetDateTime("session_created_at"),
                row.getOffsetDateTime("session_updated_at"),
                row.getOffsetDateTime("expires_at"),
                row.getString("ip_address"),
                row.getString("user_agent"),
                row.getString("device_name"),
                row.getBoolean("slides"));
    }

    LiveSession until(OffsetDateTime later, OffsetDateTime now) {
        return new LiveSession(id, user, createdAt, now, later, address, userAgent, deviceName, slides);
    }

    /** What an access token of this session says: role and tier as they are now. */
    public NewToken claims() {
        return new NewToken(user.id(), id, user.email(), user.role(), user.tier());
    }
}
