package how.mana.auth.crypto;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;

/**
 * The KEKs at hand: one active, which makes every new wrap, and any number of retired ones, which only open what they once
 * wrapped. This is how the rest of the service wraps and unwraps. Safe for any number of threads.
 */
public final class KekRing {
    private final Map<KekId, Kek> keks;
    private final Kek active;
    private final SecureRandom random;
    private final LongAdder wraps = new LongAdder();

    private KekRing(Map<KekId, Kek> keks, Kek active, SecureRandom random) {
        this.keks = keks;
        this.active = active;
        this.random = random;
    }

    /**
     * A ring of {@code keks}, which must stay open as long as it is used.
     *
     * @param random draws the nonces
     * @throws IllegalArgumentException if two KEKs share an id, or none has the id {@code active}
     */
    public static KekRing of(Collection<Kek> keks, KekId active, SecureRandom random) {
        var byId = new LinkedHashMap<KekId, Kek>();
        for (Kek kek : keks) {
            if (byId.put(kek.id(), kek) != null) {
                throw new IllegalArgumentException("Two KEKs with the id " + kek.id());
            }
        }
        var writer = byId.get(active);
        if (writer == null) {
            throw new IllegalArgumentException("No KEK with the id " + active);
        }
        return new KekRing(Collections.unmodifiableMap(byId), writer, random);
    }

    /** The KEK that wraps. */
    public KekId active() {
        return active.id();
    }

    /** Every KEK that can unwrap, the active one included. */
    public Set<KekId> ids() {
        return keks.keySet();
    }

    /** The {@linkplain Kek#fingerprint fingerprint} of a KEK, if it is in the ring. */
    public Optional<String> fingerprint(KekId id) {
        return Optional.ofNullable(keks.get(id)).map(Kek::fingerprint);
    }

    /** Wraps {@code key} under the active KEK, in format 2, bound to {@code context}; every time with a fresh nonce. */
    public WrappedKey wrap(KeyMaterial key, WrapContext context) {
        wraps.increment();
        return active.wrap(key, context, random);
    }

    /**
     * How many wraps the active KEK has made since this ring was made. Random nonces are safe for 2<sup>32</sup> of them
     * over the KEK's whole life (NIST SP 800-38D, 8.3).
     */
    public long wraps() {
        return wraps.sum();
    }

    /**
     * Opens a wrap made by any KEK of the ring. The caller closes the result.
     *
     * @param context what the caller expects the wrap to be; format 1 cannot prove it, see {@link KeyCheckValue}
     * @throws KekUnavailableException if the ring lacks the KEK that the wrap names
     * @throws UnwrapFailedException if the wrap does not open, whatever the reason
     */
    public KeyMaterial unwrap(WrappedKey wrapped, WrapContext context) {
        var kek = keks.get(wrapped.kekId());
        if (kek == null) {
            throw new KekUnavailableException(wrapped.kekId());
        }
        return kek.unwrap(wrapped, context);
    }

    @Override
    public String toString() {
        return "KekRing[active " + active.id() + ", " + keks.values() + "]";
    }
}
