package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.quarkus.runtime.annotations.RegisterForReflection;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;

/** Tells genuine tokens from all others. Runs on event loops: what it remembers costs one hash. */
@Singleton
// Caffeine looks for the two classes that a cache with these bounds needs by their names, which no analysis sees.
@RegisterForReflection(
        classNames = {"com.github.benmanes.caffeine.cache.SSMSW", "com.github.benmanes.caffeine.cache.PSWMS"})
public class TokenVerifier {
    /** So long may a withdrawn key's tokens live on. */
    static final Duration REMEMBERED = Duration.ofMinutes(1);

    private final TrustedIssuer issuer;
    private final Clock clock;
    private final Cache<TokenDigest, VerifiedToken> verified;

    @Inject
    TokenVerifier(TrustedIssuer issuer, TokenConfig config, Clock clock) {
        this(issuer, config.cacheSize(), clock, Ticker.systemTicker());
    }

    TokenVerifier(TrustedIssuer issuer, int cacheSize, Clock clock, Ticker ticker) {
        this.issuer = issuer;
        this.clock = clock;
        // Since the write, not the last use: a token in constant use is verified anew every minute all the same.
        this.verified = Caffeine.newBuilder()
                .maximumSize(cacheSize)
                .expireAfterWrite(REMEMBERED)
                .ticker(ticker)
                .build();
    }

    /**
     * What the token says, if it is genuine. Fails with {@link TokenRefusal.Invalid} for whatever is wrong with it, and with
     * a refusal of kind {@code UNAVAILABLE} when its key cannot be looked up, which says nothing about the token.
     */
    public Uni<VerifiedToken> verify(String compactJws) {
        if (compactJws.length() > CompactJws.MAX_LENGTH) {
            return Uni.createFrom().failure(new TokenRefusal.Invalid());
        }
        var digest = TokenDigest.of(compactJws);
        var known = verified.getIfPresent(digest);
        return known == null ? verifyAnew(compactJws).invoke(token -> verified.put(digest, token)) : stillLive(known);
    }

    /** How many tokens are remembered just now. */
    long remembered() {
        verified.cleanUp();
        return verified.estimatedSize();
    }

    private Uni<VerifiedToken> stillLive(VerifiedToken known) {
        return known.isLiveAt(clock.instant())
                ? Uni.createFrom().item(known)
                : Uni.createFrom().failure(new TokenRefusal.Invalid());
    }

    private Uni<VerifiedToken> verifyAnew(String compactJws) {
        return CompactJws.parse(compactJws)
                .map(jws -> issuer.keys().find(jws.kid()).map(key -> prove(jws, key)))
                .orElseGet(() -> Uni.createFrom().failure(new TokenRefusal.Invalid()));
    }

    private VerifiedToken prove(CompactJws jws, Optional<VerificationKey> key) {
        if (key.filter(named -> named.verifies(jws)).isEmpty()) {
            throw new TokenRefusal.Invalid();
        }
        return issuer.rules().check(jws.payload(), clock.instant());
    }
}
