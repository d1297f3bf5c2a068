package how.mana.auth.session.signin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import how.mana.auth.db.Timestamps;
import how.mana.auth.session.LiveSession;
import how.mana.auth.session.Presented;
import how.mana.auth.session.SessionToken;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A session and its user, as {@code get-session} answers. */
@RegisterForReflection
public record SessionResponse(Session session, UserResponse user) {
    /**
     * A session.
     *
     * @param token the session's own, where the request showed it; empty otherwise, because nobody else has it
     */
    @JsonInclude(JsonInclude.Include.ALWAYS)
    @JsonPropertyOrder({"expiresAt", "token", "createdAt", "updatedAt", "ipAddress", "userAgent", "userId", "id"})
    @RegisterForReflection
    public record Session(
            String expiresAt,
            String token,
            String createdAt,
            String updatedAt,
            @Nullable String ipAddress,
            @Nullable String userAgent,
            String userId,
            String id) {

        static Session of(LiveSession session, Optional<SessionToken> token) {
            return new Session(
                    Timestamps.iso(session.expiresAt()),
                    token.map(SessionToken::value).orElse(""),
                    Timestamps.iso(session.createdAt()),
                    Timestamps.iso(session.updatedAt()),
                    session.address(),
                    session.userAgent(),
                    session.user().id().value(),
                    session.id());
        }

        /** A record would print the token. */
        @Override
        public String toString() {
            return "Session[" + id + "]";
        }
    }

    public static SessionResponse of(Presented presented) {
        return new SessionResponse(
                Session.of(presented.session(), presented.token()),
                UserResponse.of(presented.session().user()));
    }
}
