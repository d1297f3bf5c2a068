package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.NewUser;
import how.mana.auth.db.Provisioned;
import how.mana.auth.db.UserProvisioning;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * Makes the users whom an external issuer's tokens name and nobody here knows, where that is asked for. What a token says of
 * role and tier is not looked at, and nobody becomes somebody else by naming an e-mail of theirs.
 */
@Singleton
// As for the cache of TokenVerifier.
@RegisterForReflection(
        classNames = {"com.github.benmanes.caffeine.cache.SSMSW", "com.github.benmanes.caffeine.cache.PSWMS"})
class Newcomers {
    private static final Duration REMEMBERED = Duration.ofMinutes(1);
    private static final Logger LOG = Logger.getLogger(Newcomers.class);

    private final boolean welcome;
    private final UserProvisioning users;
    private final Cache<Sight, Provisioned> seen;

    Newcomers(TokenConfig config, UserProvisioning users) {
        this.welcome = config.external().provisionUsers();
        this.users = users;
        this.seen = Caffeine.newBuilder()
                .maximumSize(config.cacheSize())
                .expireAfterWrite(REMEMBERED)
                .build();
    }

    /** With the time of issue: a token made after an erasure is a first sight again, whatever is remembered of those before. */
    private record Sight(UserId user, Optional<Instant> issuedAt) {}

    /**
     * The same token, once its user is there. Whether the user may still come in is not asked here.
     *
     * <p>Fails with {@link TokenRefusal.Invalid} if the user was erased since the token was made, or if somebody else has the
     * e-mail; and with a refusal of kind {@code UNAVAILABLE} for every fault of the database.
     */
    Uni<VerifiedToken> admit(VerifiedToken token) {
        var sight = new Sight(token.user(), token.introduction().issuedAt());
        if (!welcome || isThere(seen.getIfPresent(sight))) {
            return Uni.createFrom().item(token);
        }
        return users.provision(introduced(token), sight.issuedAt())
                .invoke(outcome -> judge(sight, outcome))
                .replaceWith(token);
    }

    private static boolean isThere(@org.jspecify.annotations.Nullable Provisioned outcome) {
        return outcome == Provisioned.CREATED || outcome == Provisioned.EXISTS;
    }

    /** Refusals are asked for again, because an operator may have mended what is wrong; but they are told to the log once. */
    private void judge(Sight sight, Provisioned outcome) {
        if (isThere(outcome)) {
            seen.put(sight, outcome);
            if (outcome == Provisioned.CREATED) {
                LOG.infof("Made user %s, first seen in a token", sight.user());
            }
            return;
        }
        if (seen.asMap().putIfAbsent(sight, outcome) == null) {
            LOG.warnf("No user was made for %s, a subject of AUTH_ISSUER: %s", sight.user(), reason(outcome));
        }
        throw new TokenRefusal.Invalid();
    }

    private static String reason(Provisioned outcome) {
        return outcome == Provisioned.ERASED
                ? "the user was erased after the token was issued; a token issued later is accepted"
                : "another user has the e-mail of the token. Change it on one side, or make the user with another e-mail:"
                        + " PUT /api/v1/internal/users/{id}";
    }

    private static NewUser introduced(VerifiedToken token) {
        var email = EmailAddress.of(token.email());
        var introduction = token.introduction();
        var name = introduction.name().flatMap(NewUser::name).or(() -> email.map(EmailAddress::localPart));
        return new NewUser(
                token.user(),
                email.orElseGet(() -> EmailAddress.placeholderOf(token.user())),
                name.orElseGet(token.user()::toString),
                // Of the token's own address, never of one made up here.
                email.isPresent() && introduction.emailVerified());
    }
}
