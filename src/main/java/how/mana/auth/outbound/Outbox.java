package how.mana.auth.outbound;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;

/**
 * Takes errands. Each belongs to an act and is written in the act's own transaction: both commit or neither does. It is run
 * afterwards, a second later at the most while all is well.
 */
@Singleton
public class Outbox {
    private final OutboxRepository outbox;

    Outbox(OutboxRepository outbox) {
        this.outbox = outbox;
    }

    /** @param tx the transaction of the act */
    public Uni<Void> add(SqlConnection tx, Errand errand) {
        return outbox.insert(tx, errand);
    }
}
