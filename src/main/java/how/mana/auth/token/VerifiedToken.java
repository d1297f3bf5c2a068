package how.mana.auth.token;

import how.mana.auth.caller.UserId;
import io.quarkus.security.credential.Credential;
import java.time.Instant;
import java.util.Optional;

/**
 * What a token said once it proved genuine. Holds nothing of the token's text, so it may be logged.
 *
 * @param user whom the token names; whether that user still exists, the database says
 * @param session the session it belongs to; empty for tokens of an external issuer, whose sessions we do not know
 * @param email empty if the token has none
 * @param role {@code user} if the token has none
 * @param tier {@code public} if the token has none
 * @param expiresAt the first instant at which the token no longer counts
 */
public record VerifiedToken(
        UserId user, Optional<String> session, String email, String role, String tier, Instant expiresAt)
        implements Credential {

    boolean isLiveAt(Instant now) {
        return now.isBefore(expiresAt);
    }
}
