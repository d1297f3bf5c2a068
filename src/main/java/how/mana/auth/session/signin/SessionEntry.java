package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import how.mana.auth.db.Timestamps;
import how.mana.auth.session.LiveSession;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.jspecify.annotations.Nullable;

/**
 * One of the caller's sessions.
 *
 * @param current whether it is the one that asked
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
@RegisterForReflection
public record SessionEntry(
        String id,
        String createdAt,
        String lastActivityAt,
        String expiresAt,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        @Nullable String deviceName,
        boolean current) {
    static SessionEntry of(LiveSession session, LiveSession current) {
        return new SessionEntry(
                session.id(),
                Timestamps.iso(session.createdAt()),
                Timestamps.iso(session.updatedAt()),
                Timestamps.iso(session.expiresAt()),
                session.address(),
                session.userAgent(),
                session.deviceName(),
                session.id().equals(current.id()));
    }
}
