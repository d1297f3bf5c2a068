package how.mana.auth.session;

/**
 * What a new session is called.
 *
 * @param id how the service and its access tokens refer to it; no secret
 * @param token opens it
 */
record SessionName(String id, SessionToken token) {}
