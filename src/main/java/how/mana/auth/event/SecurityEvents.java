package how.mana.auth.event;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.db.Timestamps;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.problem.Refusal;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jboss.logging.Logger;

/** Writes events and reads them back. */
@Singleton
public class SecurityEvents {
    private static final Logger LOG = Logger.getLogger(SecurityEvents.class);

    private static final String INSERT = """
            INSERT INTO auth.security_events (user_id, event_type, ip_address, user_agent, metadata)
            VALUES ($1, $2, $3, $4, $5)
            """;

    private static final String NEWEST = """
            SELECT id::text, user_id, event_type, ip_address, user_agent, metadata, created_at
            FROM auth.security_events
            WHERE user_id = $1
            ORDER BY created_at DESC, id
            LIMIT $2
            """;

    private final ServiceTransactions transactions;

    SecurityEvents(ServiceTransactions transactions) {
        this.transactions = transactions;
    }

    /** Records an event in the transaction of what it records: both commit or neither does. */
    public Uni<Void> record(SqlConnection tx, SecurityEvent event) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.tuple()
                        .addString(event.user().map(UserId::value).orElse(null))
                        .addString(event.type().name())
                        .addString(event.client().address())
                        .addString(event.client().userAgent())
                        .addValue(event.metadata().isEmpty() ? null : json(event)))
                .replaceWithVoid();
    }

    /** Records an event of which nothing else is stored. */
    public Uni<Void> recordAlone(SecurityEvent event) {
        return transactions.run(tx -> record(tx, event));
    }

    /**
     * Puts every failure of {@code work} into the words of {@link AuthRefusal}, and records its event before it passes on. If a
     * refusal cannot be recorded, that failure is the answer. A fault of the database is in the log only: it would be recorded
     * by what is broken.
     */
    public <T> Uni<T> recorded(Attempt attempt, Uni<T> work) {
        return work.onFailure().recoverWithUni(failure -> {
            var refusal = AuthRefusal.classify(failure);
            return recordedAs(attempt, refusal).chain(() -> Uni.createFrom().failure(refusal));
        });
    }

    private Uni<Void> recordedAs(Attempt attempt, Refusal refusal) {
        var event = Optional.of(refusal)
                .filter(AuthRefusal.class::isInstance)
                .map(AuthRefusal.class::cast)
                // What counts towards a lockout was recorded by who counted it, and the lockout by who found it.
                .filter(known -> !known.countsTowardsLockout() && !(known instanceof AuthRefusal.AccountLocked))
                .filter(known -> !(known.getCause() instanceof DatabaseRefusal))
                .flatMap(attempt::refusedAs);
        if (event.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        var write = recordAlone(event.get());
        return refusal.kind().isOurFault()
                ? write.onFailure()
                        .invoke(lost -> LOG.warnf(
                                lost,
                                "A security event was lost: %s",
                                event.get().type()))
                        .onFailure()
                        .recoverWithNull()
                        .replaceWithVoid()
                : write;
    }

    /** The newest events of a user, newest first. */
    public Uni<List<RecordedEvent>> newest(UserId user, int limit) {
        return transactions.run(tx -> tx.preparedQuery(NEWEST)
                .execute(Tuple.of(user.value(), limit))
                .map(rows -> StreamSupport.stream(rows.spliterator(), false)
                        .map(SecurityEvents::event)
                        .toList()));
    }

    private static RecordedEvent event(Row row) {
        var metadata = row.getJsonObject("metadata");
        return new RecordedEvent(
                row.getString("id"),
                row.getString("user_id"),
                row.getString("event_type"),
                row.getString("ip_address"),
                row.getString("user_agent"),
                metadata == null ? null : metadata.getMap(),
                Timestamps.iso(row.getOffsetDateTime("created_at")));
    }

    private static JsonObject json(SecurityEvent event) {
        var json = new JsonObject();
        event.metadata().forEach(json::put);
        return json;
    }
}
