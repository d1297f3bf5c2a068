package how.mana.auth.session;

/**
 * A token that a request shows, whether or not it opens anything.
 *
 * @param by where it stands
 */
record ShownToken(SessionToken token, Presented.By by) {
    /** A signed one, which names a session and renews none. Our own tokens have no dot. */
    boolean isAccessToken() {
        return by == Presented.By.HEADER && token.value().indexOf('.') >= 0;
    }
}
