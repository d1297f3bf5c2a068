package how.mana.auth.token;

import how.mana.auth.caller.UserId;

/**
 * What a token of ours is to say.
 *
 * @param session the session it belongs to and ends with
 */
public record NewToken(UserId user, String session, String email, String role, String tier) {}
