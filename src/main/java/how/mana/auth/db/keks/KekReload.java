package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Looks for KEKs that the database knows and this process lacks, in the places they came from at the start: a file that was
 * added since is taken up without a restart. On a thread of its own, because such a place may be slow.
 */
public final class KekReload {
    private static final Logger LOG = Logger.getLogger(KekReload.class);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);

    private final Supplier<KekRing> sources;
    private final AtomicBoolean looking = new AtomicBoolean();
    private volatile long lookedAt = System.nanoTime() - PAUSE.toNanos();
    private volatile Duration pause = PAUSE;
    private volatile String complaint = "";

    /** @param sources reads all sources anew, and throws {@link KekRefusedException} if they do not fit */
    public KekReload(Supplier<KekRing> sources) {
        this.sources = sources;
    }

    /** Begins to look, if something is missing and nobody looked just now. */
    void lookFor(Beat beat, KekRing ring) {
        var missing = missing(beat, ring);
        if (missing.isEmpty()) {
            pause = PAUSE;
        }
        if (missing.isEmpty()
                || System.nanoTime() - lookedAt < pause.toNanos()
                || !looking.compareAndSet(false, true)) {
            return;
        }
        var thread = new Thread(() -> look(ring, missing), "kek-reload");
        thread.setDaemon(true);
        thread.start();
    }

    private static Map<KekId, String> missing(Beat beat, KekRing ring) {
        var missing = new HashMap<KekId, String>();
        for (var kek : beat.keks()) {
            var wanted = kek.isNeeded() || kek.state() == KnownKek.State.ANNOUNCED;
            if (wanted
                    && KekId.isValid(kek.id())
                    && ring.fingerprint(new KekId(kek.id())).isEmpty()) {
                kek.fingerprint().ifPresent(fingerprint -> missing.put(new KekId(kek.id()), fingerprint));
            }
        }
        return missing;
    }

    private void look(KekRing ring, Map<KekId, String> missing) {
        try {
            var found = ring.adopt(sources.get(), missing);
            if (!found.isEmpty()) {
                LOG.infof("KEKs that came after the start: %s", found);
            }
            // Such a place may be an engine that is asked over the network: not for ever as often.
            pause = found.isEmpty() ? min(pause.multipliedBy(2)) : PAUSE;
            complain(found.containsAll(missing.keySet()) ? "" : "not at hand: " + missing);
        } catch (KekRefusedException e) {
            pause = min(pause.multipliedBy(2));
            complain(String.valueOf(e.getMessage()));
        } finally {
            lookedAt = System.nanoTime();
            looking.set(false);
        }
    }

    private static Duration min(Duration wanted) {
        return wanted.compareTo(LONGEST_PAUSE) < 0 ? wanted : LONGEST_PAUSE;
    }

    /** Once per reason. */
    private void complain(String reason) {
        if (!reason.isEmpty() && !reason.equals(complaint)) {
            LOG.warnf("KEKs that this database knows and this process lacks: %s", reason);
        }
        complaint = reason;
    }
}
