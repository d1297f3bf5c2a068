package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Ticker;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.db.DatabaseRefusal;
import io.smallrye.mutiny.Uni;
import jakarta.annotation.PreDestroy;
import jakarta.enterprise.inject.Typed;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Our own signing keys: the newest whose time has come signs, all of them verify. They are held in memory and read anew when a token names one
 * that is not there, or when the copy is old. While the database is away the copy goes on serving.
 */
@Singleton
@Typed(SigningKeys.class)
class SigningKeys implements VerificationKeys {
    private static final Logger LOG = Logger.getLogger(SigningKeys.class);

    /** After so long another replica's newer key signs here too, and a withdrawn one no longer counts. */
    static final Duration REFRESHED_EVERY = Duration.ofMinutes(5);

    /** What we publish is newer, so that a stranger finds the key of a token that another replica has just signed. */
    static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(5);

    private final SigningKeyRepository repository;
    private final KekRing ring;
    private final SecureRandom random;
    private final Ticker ticker;
    private final SharedLoad<Map<String, SigningKey>> load;
    private volatile Copy copy;
    private Set<String> distrusted = Set.of();

    /** Names of keys that could not be opened because the service is sealed, or deaf to the database. */
    private volatile Set<String> closed = Set.of();

    @Inject
    SigningKeys(SigningKeyRepository repository, KekRing ring, SecureRandom random) {
        this(repository, ring, random, Ticker.systemTicker());
    }

    SigningKeys(SigningKeyRepository repository, KekRing ring, SecureRandom random, Ticker ticker) {
        this.repository = repository;
        this.ring = ring;
        this.random = random;
        this.ticker = ticker;
        this.copy = new Copy(Map.of(), ticker.read());
        this.load = new SharedLoad<>(() -> repository.find().map(this::replace), ticker);
    }

    /** @param keys by name, the one that signs first */
    private record Copy(Map<String, SigningKey> keys, long readAt) {}

    @Override
    public Uni<Optional<VerificationKey>> find(String kid) {
        var keys = copy.keys().containsKey(kid) ? recent(REFRESHED_EVERY) : load.until(found -> found.containsKey(kid));
        return keys.map(found -> {
            if (!found.containsKey(kid) && closed.contains(kid)) {
                throw new DatabaseRefusal.KekUnavailable(); // it may be ours: nobody is sent away for that
            }
            return Optional.ofNullable(found.get(kid)).map(SigningKey::publicKey);
        });
    }

    /**
     * The key that signs; made now if there is none anywhere yet. If no key whose time has come opens here, one that is
     * published ahead of its time signs already: that is better than no token.
     */
    Uni<SigningKey> newest() {
        return recent(REFRESHED_EVERY)
                .chain(this::orFirst)
                .map(keys -> keys.values().iterator().next());
    }

    /** What verifies our tokens; holds at least one key, made now if there is none anywhere yet. */
    Uni<List<VerificationKey>> published() {
        return recent(PUBLISHED_WITHIN)
                .chain(this::orFirst)
                .map(keys -> keys.values().stream().map(SigningKey::publicKey).toList());
    }

    @PreDestroy
    void wipe() {
        copy.keys().values().forEach(SigningKey::close);
    }

    private Uni<Map<String, SigningKey>> recent(Duration age) {
        var held = copy;
        if (held.keys().isEmpty()) {
            return load.any();
        }
        return ticker.read() - held.readAt() < age.toNanos()
                ? Uni.createFrom().item(held.keys())
                : load.any().onFailure().recoverWithItem(this::goOnWithCopy);
    }

    /** The database is away. Not asked again before the copy is old once more, or every request would wait for it. */
    private synchronized Map<String, SigningKey> goOnWithCopy(Throwable failure) {
        LOG.warnf(
                failure,
                "The signing keys cannot be read, %d known ones go on",
                copy.keys().size());
        copy = new Copy(copy.keys(), ticker.read());
        return copy.keys();
    }

    private Uni<Map<String, SigningKey>> orFirst(Map<String, SigningKey> keys) {
        return keys.isEmpty()
                ? repository
                        .findOrAdd(rows -> !replace(rows).isEmpty(), () -> SigningKey.generate(ring, random))
                        .map(this::replace)
                : Uni.createFrom().item(keys);
    }

    /** Opens what is new, keeps what is open, and wipes what is gone. */
    private synchronized Map<String, SigningKey> replace(List<SigningKey.Stored> rows) {
        var before = copy.keys();
        var after = new LinkedHashMap<String, SigningKey>();
        var untold = new HashSet<String>();
        for (var row : rows) {
            opened(row, before.get(row.kid()), untold).ifPresent(key -> after.put(row.kid(), key));
        }
        copy = new Copy(after, ticker.read());
        closed = Set.copyOf(untold);
        before.values().stream().filter(key -> !after.containsValue(key)).forEach(SigningKey::close);
        report(rows);
        return after;
    }

    /** A key that is held stays: that its row cannot be opened at the moment does not make its tokens wrong. */
    private Optional<SigningKey> opened(SigningKey.Stored row, @Nullable SigningKey held, Set<String> untold) {
        if (held != null && held.isOf(row)) {
            return Optional.of(held);
        }
        try {
            return held == null ? SigningKey.open(row, ring) : held.reopened(row, ring);
        } catch (KekUnavailableException e) {
            if (held != null && held.isNamedBy(row)) {
                return Optional.of(held);
            }
            if (e.missing().isEmpty()) {
                untold.add(row.kid());
            }
            return Optional.empty();
        }
    }

    /** Once per row: either its KEK is not in the ring, or somebody planted it. */
    private void report(List<SigningKey.Stored> rows) {
        var now = rows.stream()
                .map(SigningKey.Stored::kid)
                .filter(kid -> !copy.keys().containsKey(kid) && !closed.contains(kid))
                .collect(Collectors.toSet());
        now.stream()
                .filter(kid -> !distrusted.contains(kid))
                .forEach(kid -> LOG.warnf("The signing key %s does not open as what it says it is: ignored", kid));
        distrusted = now;
    }
}
