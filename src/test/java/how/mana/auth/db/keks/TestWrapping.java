package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.TestTransactions;
import io.vertx.mutiny.sqlclient.Pool;

/** What work that wraps needs around it, for tests of other packages. */
public final class TestWrapping {
    private TestWrapping() {}

    public static Wrapping of(KekRing ring, Pool pool) {
        return new Wrapping(ring, TestTransactions.ofService(pool));
    }
}
