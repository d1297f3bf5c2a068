package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import java.sql.Connection;
import java.sql.SQLException;

/**
 * The ring of a command, which is no replica: it is told what it may do by whoever uses it, before each step that takes more
 * than a moment. Used by one thread.
 */
public final class OperatorRing {
    private static final int BLOCK = 4_096;

    private final Connection connection;
    private final KekRing ring;

    private OperatorRing(Connection connection, KekRing ring) {
        this.connection = connection;
        this.ring = ring;
    }

    /**
     * Makes {@code ring} obey the database behind {@code connection}.
     *
     * @throws KekRefusedException if a KEK at hand is not the one that the database knows by its id
     */
    public static OperatorRing of(Connection connection, KekRing ring) throws SQLException {
        KekRegistry.requireSame(connection, ring);
        return ofAny(connection, ring);
    }

    /** The same for whoever only opens, and says itself which KEK at hand is another than the one that wrapped. */
    public static OperatorRing ofAny(Connection connection, KekRing ring) throws SQLException {
        var operator = new OperatorRing(connection, ring);
        operator.refresh();
        return operator;
    }

    public KekRing ring() {
        return ring;
    }

    /**
     * Asks what may be done during the next seconds. Part of the open transaction, if there is one.
     *
     * @throws KekRefusedException if the service is sealed
     */
    public void refresh() throws SQLException {
        KekOrders.follow(connection, ring);
        if (ring.isSealed()) {
            throw new KekRefusedException("The service is sealed: no key is opened or made before `unseal`");
        }
    }

    /**
     * The KEK that wraps.
     *
     * @throws KekRefusedException if there is none, or it is not at hand
     */
    public KekId active() {
        return ring.active()
                .orElseThrow(() ->
                        new KekRefusedException("The KEK that wraps is not at hand, or none does: see `kek status`"));
    }

    /**
     * Makes sure that the active KEK may make {@code wraps} more, which are counted and committed before: call it outside a
     * transaction.
     *
     * @throws KekRefusedException if it has made as many as it may
     */
    public void reserve(int wraps) throws SQLException {
        while (ring.credit() < wraps) {
            var before = ring.credit();
            KekOrders.count(connection, ring, BLOCK);
            if (ring.credit() <= before) {
                throw new KekRefusedException(
                        "The KEK " + active() + " has made 2^32 wraps and makes no more: activate another one");
            }
        }
    }
}
