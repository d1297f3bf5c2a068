package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.ServiceTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What work that wraps a key needs around it: wraps that were counted before they are made, and a second try if another KEK
 * became active meanwhile.
 */
@Singleton
public class Wrapping {
    private static final Logger LOG = Logger.getLogger(Wrapping.class);
    private static final int BLOCK = 4_096;

    /** With so few left the next block is fetched, while the others go on with what is left. */
    private static final int FEW = 512;

    private static final String RESERVE = "SELECT auth.reserve_wraps($1, $2)";
    private static final String ACTIVE = "SELECT id FROM auth.keks WHERE state = 'active'";

    private final KekRing ring;
    private final ServiceTransactions transactions;
    private final AtomicBoolean fetching = new AtomicBoolean();

    Wrapping(KekRing ring, ServiceTransactions transactions) {
        this.ring = ring;
        this.transactions = transactions;
    }

    /**
     * Runs {@code work}, whose transaction wraps keys and begins after this call: the count is committed before. Runs it once
     * more if its wrap was refused because another KEK is active now. Fails with {@link DatabaseRefusal.KekUnavailable} if no
     * KEK may wrap, unless {@code work} has a refusal of its own for that.
     */
    public <T> Uni<T> during(Supplier<Uni<T>> work) {
        return counted(work)
                .onFailure(Wrapping::isOutOfDate)
                .recoverWithUni(() -> learnActive().chain(() -> counted(work)))
                .onFailure(KekUnavailableException.class)
                .transform(e -> new DatabaseRefusal.KekUnavailable());
    }

    /** Another KEK became active after the work began: the database refused the former one, or the new one was not counted. */
    private static boolean isOutOfDate(Throwable failure) {
        return failure instanceof DatabaseRefusal.KekSuperseded
                || failure instanceof KekUnavailableException unavailable && unavailable.isUncounted();
    }

    private <T> Uni<T> counted(Supplier<Uni<T>> work) {
        return Uni.createFrom().deferred(this::requireCredit).chain(() -> work.get());
    }

    private Uni<Void> requireCredit() {
        var credit = ring.credit();
        var others = credit > FEW || credit > 0 && !fetching.compareAndSet(false, true);
        return others
                ? Uni.createFrom().voidItem()
                : ring.active()
                        .map(this::reserve)
                        .orElseGet(() -> Uni.createFrom().voidItem())
                        .eventually(() -> fetching.set(false));
    }

    /** In a transaction of its own: what was counted and never used costs nothing. */
    private Uni<Void> reserve(KekId id) {
        return transactions
                .run(tx -> tx.preparedQuery(RESERVE).execute(Tuple.of(id.value(), BLOCK)))
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) == null) {
                        LOG.errorf("The KEK %s has made 2^32 wraps and makes no more: rotate it", id);
                        return;
                    }
                    ring.credit(id, BLOCK);
                })
                .replaceWithVoid();
    }

    private Uni<Void> learnActive() {
        return transactions
                .run(tx -> tx.query(ACTIVE).execute())
                .invoke(rows -> {
                    var found = rows.iterator();
                    ring.writeWith(
                            found.hasNext() ? Optional.of(new KekId(found.next().getString(0))) : Optional.empty());
                })
                .replaceWithVoid();
    }
}
