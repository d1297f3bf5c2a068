package how.mana.auth.crypto;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/** The KEKs read so far, each with the source that had it, and the rules they must keep on their own and together. */
final class FoundKeks implements KekProvider.Taker, AutoCloseable {
    private record Found(String source, Kek kek, boolean guessable) {}

    private final boolean production;
    private final Map<KekId, Found> byId = new LinkedHashMap<>();

    FoundKeks(boolean production) {
        this.production = production;
    }

    /** Several sources may have the same key. */
    @Override
    public void take(KekId id, byte[] key, String source) {
        boolean guessable = isConstant(key);
        add(new Found(source, Kek.takeOwnershipOf(id, key), guessable));
    }

    private void add(Found next) {
        if (next.guessable() && production) {
            next.kek().close();
            throw new KekRefusedException(
                    next.source() + " holds 32 equal bytes, which anybody can guess. " + KekSources.HOW_TO_MAKE);
        }
        var earlier = byId.putIfAbsent(next.kek().id(), next);
        if (earlier != null) {
            next.kek().close();
            refuseIfDifferent(earlier, next);
        }
    }

    private static void refuseIfDifferent(Found earlier, Found next) {
        String one = earlier.kek().fingerprint();
        String other = next.kek().fingerprint();
        if (!one.equals(other)) {
            throw new KekRefusedException(
                    "%s and %s hold different keys for the KEK %s (fingerprints %s and %s). Keep one"
                            .formatted(
                                    earlier.source(), next.source(), next.kek().id(), one, other));
        }
    }

    private static boolean isConstant(byte[] key) {
        byte[] constant = new byte[key.length];
        Arrays.fill(constant, key[0]);
        return Arrays.equals(key, constant);
    }

    Set<KekId> ids() {
        return byId.keySet();
    }

    boolean anyGuessable() {
        return byId.values().stream().anyMatch(Found::guessable);
    }

    KekRing ring(KekId wanted, SecureRandom random) {
        return KekRing.of(byId.values().stream().map(Found::kek).toList(), wanted, random);
    }

    /** Wipes every key found. */
    @Override
    public void close() {
        byId.values().forEach(found -> found.kek().close());
    }
}
