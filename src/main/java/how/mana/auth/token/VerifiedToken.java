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
 * @param introduction what it says of a user whom nobody here knows yet
 */
public record VerifiedToken(
        UserId user,
        Optional<String> session,
        String email,
        String role,
        String tier,
        Instant expiresAt,
        Introduction introduction)
        implements Credential {

    /**
     * What only matters on first sight.
     *
     * @param name what its issuer calls the user
     * @param emailVerified whether its issuer vouches for the e-mail
     * @param issuedAt when it was made, in its issuer's time
     */
    public record Introduction(Optional<String> name, boolean emailVerified, Optional<Instant> issuedAt) {}

    boolean isLiveAt(Instant now) {
        return now.isBefore(expiresAt);
    }
}
