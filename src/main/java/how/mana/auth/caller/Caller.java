package how.mana.auth.caller;

import io.quarkus.security.identity.SecurityIdentity;
import java.security.Principal;
import java.util.Optional;

/**
 * Who makes this request, read once from the verified token and the connection.
 *
 * @param user the user the token names; whether that user still exists, the database says
 * @param session the session the token belongs to, checked live by the database; empty for tokens of an external issuer
 * @param address the client's address as far as trusted proxies vouch for it; null where the connection has none
 * @param userAgent the User-Agent header, at most {@value #MAX_USER_AGENT} characters and none that controls; null if absent
 */
public record Caller(
        UserId user,
        Optional<String> session,
        @org.jspecify.annotations.Nullable String address,
        @org.jspecify.annotations.Nullable String userAgent)
        implements Principal {

    /** Longer user agents are cut, so that a client cannot fill the trail. */
    public static final int MAX_USER_AGENT = 512;

    public Caller {
        userAgent = UserAgent.kept(userAgent);
    }

    /** The caller of an authenticated request. */
    public static Caller of(SecurityIdentity identity) {
        return (Caller) identity.getPrincipal();
    }

    @Override
    public String getName() {
        return user.value();
    }
}
