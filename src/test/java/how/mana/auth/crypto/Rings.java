package how.mana.auth.crypto;

import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/** Rings that may do everything, as after a start. */
public final class Rings {
    private static final long CREDIT = 1_000_000;

    private Rings() {}

    public static KekRing of(List<Kek> keks, KekId active, SecureRandom random) {
        return ready(KekRing.of(keks, active, random));
    }

    /** Gives {@code ring} the orders to wrap with what it wants, for good. */
    public static KekRing ready(KekRing ring) {
        ring.follow(
                new KekRing.Orders(Optional.of(ring.wanted()), false, WrappedKey.FORMAT_1, Long.MAX_VALUE), ring.now());
        ring.credit(ring.wanted(), CREDIT);
        return ring;
    }
}
