package how.mana.auth.crypto;

import java.security.SecureRandom;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/**
 * The KEKs at hand, and what may be done with them. This is how the rest of the service wraps and unwraps. A ring does neither
 * until it has {@linkplain #follow orders}, which say which KEK wraps, and does no more once they are out of date: who gives
 * them is the database. Every wrap is paid for beforehand by {@link #credit}. Safe for any number of threads.
 */
public final class KekRing {
    private final KekId wanted;
    private final SecureRandom random;
    private final LongSupplier nanoTime;
    private volatile Map<KekId, Held> keks;
    private volatile Heard heard;

    private KekRing(Map<KekId, Held> keks, KekId wanted, SecureRandom random, LongSupplier nanoTime) {
        this.keks = keks;
        this.wanted = wanted;
        this.random = random;
        this.nanoTime = nanoTime;
        this.heard = new Heard(Orders.NONE, nanoTime.getAsLong());
    }

    private record Heard(Orders orders, long at) {}

    /** @param left wraps that are counted and not made yet */
    private record Held(Kek kek, AtomicLong left, LongAdder made) {
        Held(Kek kek) {
            this(kek, new AtomicLong(), new LongAdder());
        }
    }

    /**
     * What a ring may do.
     *
     * @param active the KEK that wraps; empty if none may
     * @param sealed whether an operator has forbidden to open or make any wrap
     * @param lowestFormat wraps of a lower format are not opened
     * @param validNanos how long this holds from the moment that it was asked for
     */
    public record Orders(Optional<KekId> active, boolean sealed, int lowestFormat, long validNanos) {
        private static final Orders NONE = new Orders(Optional.empty(), false, WrappedKey.FORMAT_1, 0);
    }

    /**
     * A ring of {@code keks}, which must stay open as long as it is used. It has no orders yet.
     *
     * @param wanted the KEK that the operator wishes to wrap with
     * @param random draws the nonces
     * @throws IllegalArgumentException if two KEKs share an id, or none has the id {@code wanted}
     */
    public static KekRing of(Collection<Kek> keks, KekId wanted, SecureRandom random) {
        return of(keks, wanted, random, System::nanoTime);
    }

    static KekRing of(Collection<Kek> keks, KekId wanted, SecureRandom random, LongSupplier nanoTime) {
        var byId = new LinkedHashMap<KekId, Held>();
        for (Kek kek : keks) {
            if (byId.put(kek.id(), new Held(kek)) != null) {
                throw new IllegalArgumentException("Two KEKs with the id " + kek.id());
            }
        }
        if (!byId.containsKey(wanted)) {
            throw new IllegalArgumentException("No KEK with the id " + wanted);
        }
        return new KekRing(byId, wanted, random, nanoTime);
    }

    /** The time from which orders count: ask this, then for the orders. */
    public long now() {
        return nanoTime.getAsLong();
    }

    /**
     * Replaces what this ring may do.
     *
     * @param askedAt {@link #now} before the question was sent: an answer that took long is old when it comes
     */
    public synchronized void follow(Orders orders, long askedAt) {
        heard = new Heard(orders, askedAt);
    }

    /** Changes which KEK wraps, and nothing else about the orders. */
    public synchronized void writeWith(Optional<KekId> active) {
        var now = heard;
        var orders = new Orders(
                active,
                now.orders().sealed(),
                now.orders().lowestFormat(),
                now.orders().validNanos());
        heard = new Heard(orders, now.at());
    }

    /** Allows the KEK {@code id} so many more wraps, which the database has counted. */
    public void credit(KekId id, long wraps) {
        held(id).left().addAndGet(wraps);
    }

    /** How many wraps the active KEK may still make; 0 if there is none. */
    public long credit() {
        return heard.orders()
                .active()
                .map(keks::get)
                .map(held -> Math.max(0, held.left().get()))
                .orElse(0L);
    }

    /**
     * Takes over those KEKs of another ring that this one lacks and that have the fingerprint they should have, and wipes the
     * others. What it has is never replaced.
     *
     * @param fingerprints by id, of the KEKs that are wanted
     * @return the ids of those that were taken over
     */
    public synchronized Set<KekId> adopt(KekRing other, Map<KekId, String> fingerprints) {
        var all = new LinkedHashMap<>(keks);
        var fresh = new LinkedHashSet<KekId>();
        other.keks.forEach((id, held) -> {
            var wanted = held.kek().fingerprint().equals(fingerprints.get(id));
            if (wanted && all.putIfAbsent(id, held) == null) {
                fresh.add(id);
            } else {
                held.kek().close();
            }
        });
        keks = all;
        return fresh;
    }

    /** The KEK that wraps, if the orders name one and it is at hand. */
    public Optional<KekId> active() {
        return heard.orders().active().filter(keks::containsKey);
    }

    /** The KEK that the operator wishes to wrap with. */
    public KekId wanted() {
        return wanted;
    }

    /** Every KEK at hand. */
    public Set<KekId> ids() {
        return Collections.unmodifiableSet(keks.keySet());
    }

    /** The {@linkplain Kek#fingerprint fingerprint} of a KEK, if it is in the ring. */
    public Optional<String> fingerprint(KekId id) {
        return Optional.ofNullable(keks.get(id)).map(held -> held.kek().fingerprint());
    }

    /**
     * Wraps {@code key} under the active KEK, in format 2, bound to {@code context}; every time with a fresh nonce.
     *
     * @throws KekUnavailableException if no KEK may wrap: there are no orders or they are old, the one they name is not at
     *     hand, the service is sealed, or nothing is left of what was counted
     */
    public WrappedKey wrap(KeyMaterial key, WrapContext context) {
        var now = obeyed();
        var id = now.active().orElseThrow(() -> KekUnavailableException.none());
        var held = held(id);
        if (held.left().getAndDecrement() <= 0) {
            throw KekUnavailableException.uncounted(id);
        }
        held.made().increment();
        return held.kek().wrap(key, context, random);
    }

    /** How many wraps a KEK has made since it came into this ring. */
    public long wraps(KekId id) {
        return held(id).made().sum();
    }

    /**
     * Opens a wrap made by any KEK of the ring. The caller closes the result.
     *
     * @param context what the caller expects the wrap to be; format 1 cannot prove it, see {@link KeyCheckValue}
     * @throws KekUnavailableException if the ring lacks the KEK that the wrap names, or may open nothing now
     * @throws UnwrapFailedException if the wrap does not open, whatever the reason
     */
    public KeyMaterial unwrap(WrappedKey wrapped, WrapContext context) {
        if (wrapped.format() < obeyed().lowestFormat()) {
            throw new UnwrapFailedException();
        }
        return held(wrapped.kekId()).kek().unwrap(wrapped, context);
    }

    /**
     * Whether the KEK of {@code wrapped} opens it, whatever the orders are: for the start, which proves KEKs before it has any.
     */
    public boolean opens(WrappedKey wrapped, WrapContext context) {
        try (var key = held(wrapped.kekId()).kek().unwrap(wrapped, context)) {
            return true;
        } catch (UnwrapFailedException | KekUnavailableException doesNot) {
            return false;
        }
    }

    /** Whether an operator has sealed the service. */
    public boolean isSealed() {
        return heard.orders().sealed();
    }

    /** A process that was stopped for a while must not act on what it knew before. */
    private Orders obeyed() {
        var now = heard;
        if (now.orders().sealed()) {
            throw KekUnavailableException.sealed();
        }
        if (nanoTime.getAsLong() - now.at() >= now.orders().validNanos()) {
            throw KekUnavailableException.none();
        }
        return now.orders();
    }

    private Held held(KekId id) {
        var held = keks.get(id);
        if (held == null) {
            throw KekUnavailableException.missing(id);
        }
        return held;
    }

    @Override
    public String toString() {
        return "KekRing[active " + active().map(KekId::value).orElse("none") + ", "
                + keks.values().stream().map(Held::kek).toList() + "]";
    }
}
