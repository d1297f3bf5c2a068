package how.mana.auth.session;

import java.util.Optional;

/**
 * The session that a request shows, and by what.
 *
 * @param token what was shown, if it was the session's own token and not an access token
 */
public record Presented(LiveSession session, Optional<SessionToken> token, By by) {
    /** How a session is shown. */
    public enum By {
        HEADER,
        COOKIE
    }
}
