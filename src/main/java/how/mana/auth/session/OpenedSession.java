package how.mana.auth.session;

/**
 * A session and what opens it, for the one who is to have it.
 *
 * @param token the token to use from now on
 */
public record OpenedSession(LiveSession session, SessionToken token) {}
