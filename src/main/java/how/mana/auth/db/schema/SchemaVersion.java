package how.mana.auth.db.schema;

import how.mana.auth.db.ServiceTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;

/** Whether the schema is one that this build can serve: its own, or a newer one (expand/contract). */
@Singleton
public class SchemaVersion {
    private static final String IS_CURRENT = "SELECT EXISTS (SELECT FROM auth.mana_changelog WHERE id = $1)";

    private final ServiceTransactions transactions;

    SchemaVersion(ServiceTransactions transactions) {
        this.transactions = transactions;
    }

    /** Fails if the database does not answer in time. */
    public Uni<Boolean> isCurrent() {
        return transactions.run(tx -> tx.preparedQuery(IS_CURRENT)
                .execute(Tuple.of(Changelog.LATEST))
                .map(rows -> rows.iterator().next().getBoolean(0)));
    }
}
