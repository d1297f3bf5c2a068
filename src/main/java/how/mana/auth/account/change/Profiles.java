package how.mana.auth.account.change;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.event.Attempt;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;

/** How accounts show themselves. */
@Singleton
class Profiles {
    private static final String CHANGE = """
            UPDATE auth.users
            SET name = coalesce($2, name), image = CASE WHEN $3 THEN $4 ELSE image END, updated_at = now()
            WHERE id = $1 AND deleted_at IS NULL
            """;

    private final ServiceTransactions transactions;
    private final SecurityEvents events;

    Profiles(ServiceTransactions transactions, SecurityEvents events) {
        this.transactions = transactions;
        this.events = events;
    }

    Uni<Void> change(Attempt attempt, UserId user, ProfileChange change) {
        return transactions.run(tx -> tx.preparedQuery(CHANGE)
                .execute(Tuple.of(
                        user.value(),
                        change.name().orElse(null),
                        change.changesImage(),
                        change.image().orElse(null)))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new AuthRefusal.Unauthorized("Unauthorized"); // gone since the session was read
                    }
                })
                .chain(() -> events.record(tx, SecurityEvent.of(EventType.PROFILE_UPDATED, user, attempt.client()))));
    }
}
