package how.mana.auth.token;

import com.github.benmanes.caffeine.cache.Ticker;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The keys that an external issuer publishes. A name not known yet is looked up at once, so a rotation is picked up with
 * the first token that shows it; known names are served from memory while a refresh runs behind them, so an outage is not
 * noticed and a withdrawn key is. A fetch that fails or brings no key changes nothing.
 */
final class ExternalKeys implements VerificationKeys {
    private static final Logger LOG = Logger.getLogger(ExternalKeys.class);

    static final Duration REFRESHED_EVERY = Duration.ofMinutes(5);

    private final Supplier<Future<Map<String, VerificationKey>>> source;
    private final String location;
    private final Ticker ticker;
    private final SharedLoad<Map<String, VerificationKey>> load;
    private final AtomicLong fetchedAt = new AtomicLong();
    private final AtomicBoolean away = new AtomicBoolean();
    private volatile Map<String, VerificationKey> known = Map.of();

    /**
     * @param source begins a fetch of the usable keys by name
     * @param location where they come from, for the log
     */
    ExternalKeys(Supplier<Future<Map<String, VerificationKey>>> source, String location, Ticker ticker) {
        this.source = source;
        this.location = location;
        this.ticker = ticker;
        this.load = new SharedLoad<>(() -> Uni.createFrom().completionStage(() -> fetch().toCompletionStage()), ticker);
    }

    @Override
    public Uni<Optional<VerificationKey>> find(String kid) {
        var key = known.get(kid);
        if (key != null) {
            refreshIfDue();
            return Uni.createFrom().item(Optional.of(key));
        }
        return load.until(keys -> keys.containsKey(kid))
                .map(keys -> Optional.ofNullable(keys.get(kid)))
                .onFailure()
                .transform(TokenRefusal.KeysUnavailable::new);
    }

    private void refreshIfDue() {
        var last = fetchedAt.get();
        var now = ticker.read();
        if (now - last >= REFRESHED_EVERY.toNanos() && fetchedAt.compareAndSet(last, now)) {
            fetch();
        }
    }

    /** Runs by itself, nobody need wait for it: what it brings and how it fails is seen to here. */
    private Future<Map<String, VerificationKey>> fetch() {
        fetchedAt.set(ticker.read());
        return source.get().onSuccess(this::keep).onFailure(this::carryOn);
    }

    private void keep(Map<String, VerificationKey> fetched) {
        known = fetched;
        if (away.compareAndSet(true, false)) {
            LOG.infof("The keys at %s can be fetched again", location);
        }
    }

    private void carryOn(Throwable failure) {
        if (away.compareAndSet(false, true)) {
            LOG.warnf("The keys at %s cannot be fetched, %d known ones go on: %s", location, known.size(), failure);
        }
    }
}
