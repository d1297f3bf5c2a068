package how.mana.auth.outbound;

import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The SQL of the outbox. */
@Singleton
class OutboxRepository {
    private static final String INSERT = """
            INSERT INTO auth.outbox (kind, recipient, user_id, payload, expires_at)
            VALUES ($1, $2, $3, $4, now() + $5 * interval '1 millisecond')
            """;

    /**
     * Takes what is due, past what others have just taken. The calls about one user go out one after the other, in the
     * order they were made in. MATERIALIZED: the lock must be taken once and for these rows only.
     */
    private static final String CLAIM = """
            WITH due AS MATERIALIZED (
                SELECT d.id
                FROM auth.outbox d
                WHERE d.done_at IS NULL AND d.failed_at IS NULL AND d.next_attempt_at <= now() AND d.expires_at > now()
                  AND d.kind = ANY ($1)
                  AND NOT EXISTS (SELECT FROM auth.outbox o
                                  WHERE o.user_id = d.user_id AND o.id < d.id AND o.kind = ANY ($1)
                                    AND o.done_at IS NULL AND o.failed_at IS NULL AND o.expires_at > now())
                ORDER BY d.next_attempt_at, d.id
                LIMIT $2
                FOR UPDATE SKIP LOCKED)
            UPDATE auth.outbox o
            SET attempts = o.attempts + 1, next_attempt_at = now() + $3 * interval '1 millisecond'
            FROM due
            WHERE o.id = due.id
            RETURNING o.id, o.kind, o.recipient, o.user_id, o.payload, o.attempts,
                      o.user_id IS NULL
                      OR EXISTS (SELECT FROM auth.users u WHERE u.id = o.user_id AND u.deleted_at IS NULL) AS wanted
            """;

    /** Forgets whom and what it was. */
    private static final String FINISH = """
            UPDATE auth.outbox
            SET done_at = now(), failed_at = NULL, payload = NULL, recipient = NULL, user_id = NULL, last_error = $2
            WHERE id = $1
            """;

    /** Not if somebody else has taken it meanwhile, or finished it. */
    private static final String POSTPONE = """
            UPDATE auth.outbox
            SET next_attempt_at = now() + $3 * interval '1 millisecond', last_error = $4
            WHERE id = $1 AND attempts = $2 AND done_at IS NULL AND failed_at IS NULL
            """;

    private static final String FAIL = """
            UPDATE auth.outbox SET failed_at = now(), last_error = $3
            WHERE id = $1 AND attempts = $2 AND done_at IS NULL AND failed_at IS NULL
            """;

    /** Mails lose their text and address; calls, which hold no secret, stay whole for whoever wants to repeat them. */
    private static final String EXPIRE = """
            UPDATE auth.outbox
            SET failed_at = coalesce(failed_at, now()),
                last_error = CASE WHEN failed_at IS NULL THEN 'out of date, ' || coalesce(last_error, 'never tried')
                                  ELSE last_error END,
                payload = CASE WHEN recipient IS NULL THEN payload END,
                recipient = NULL
            WHERE done_at IS NULL AND expires_at <= now() AND (failed_at IS NULL OR recipient IS NOT NULL)
            RETURNING id, kind, last_error, failed_at = now() AS just_failed
            """;

    private static final String DELETE_OLD = """
            DELETE FROM auth.outbox o
            WHERE o.done_at < now() - interval '3 days'
               OR o.failed_at < now() - interval '14 days'
               OR o.failed_at IS NOT NULL AND o.user_id IS NOT NULL
                  AND NOT EXISTS (SELECT FROM auth.users u WHERE u.id = o.user_id)
            """;

    Uni<Void> insert(SqlConnection tx, Errand errand) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        errand.kind().stored(),
                        errand.recipient().orElse(null),
                        errand.user().orElse(null),
                        errand.payload(),
                        errand.lifetime().toMillis()))
                .replaceWithVoid();
    }

    /** At most {@code limit} errands for {@code target}, which are ours alone for the time of {@code lease}. */
    Uni<List<Parcel>> claim(SqlConnection tx, Target target, int limit, Duration lease) {
        return tx.preparedQuery(CLAIM)
                .execute(Tuple.of(ErrandKind.storedFor(target), limit, lease.toMillis()))
                .map(OutboxRepository::parcels);
    }

    /** @param note why nothing was sent, if nothing was */
    Uni<Void> finish(SqlConnection tx, Parcel parcel, Optional<String> note) {
        return tx.preparedQuery(FINISH)
                .execute(Tuple.of(parcel.id(), note.orElse(null)))
                .replaceWithVoid();
    }

    Uni<Void> postpone(SqlConnection tx, Parcel parcel, Duration pause, String error) {
        return tx.preparedQuery(POSTPONE)
                .execute(Tuple.of(parcel.id(), parcel.attempts(), pause.toMillis(), error))
                .replaceWithVoid();
    }

    Uni<Void> fail(SqlConnection tx, Parcel parcel, String error) {
        return tx.preparedQuery(FAIL)
                .execute(Tuple.of(parcel.id(), parcel.attempts(), error))
                .replaceWithVoid();
    }

    /** Gives up on what is out of date. @return what was given up on just now */
    Uni<List<Expired>> expire(SqlConnection tx) {
        return tx.preparedQuery(EXPIRE).execute().map(rows -> StreamSupport.stream(rows.spliterator(), false)
                .filter(row -> row.getBoolean("just_failed"))
                .map(row -> new Expired(row.getLong("id"), row.getString("kind"), row.getString("last_error")))
                .toList());
    }

    Uni<Void> deleteOld(SqlConnection tx) {
        return tx.preparedQuery(DELETE_OLD).execute().replaceWithVoid();
    }

    private static List<Parcel> parcels(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(OutboxRepository::parcel)
                .toList();
    }

    private static Parcel parcel(Row row) {
        return new Parcel(
                row.getLong("id"),
                ErrandKind.of(row.getString("kind")).orElseThrow(), // the claim named the kinds
                Optional.ofNullable(row.getString("recipient")),
                row.get(JsonObject.class, "payload"),
                row.getInteger("attempts"),
                row.getBoolean("wanted"));
    }

    record Expired(long id, String kind, String error) {}
}
