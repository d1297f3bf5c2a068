package how.mana.auth.session;

import java.util.Optional;

/**
 * The session that a request shows, and by what.
 *
 * @param token what was shown, if it was the session's own token and not an access token
 * @param replaced whether that token was exchanged a moment ago: it counts still, and its holder has another one
 */
public record Presented(LiveSession session, Optional<SessionToken> token, boolean replaced, By by) {
    /** How a session is shown. */
    public enum By {
        BODY,
        HEADER,
        COOKIE
    }
}
