package how.mana.auth.session;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** Sessions in the database. Tokens come and go as hashes. */
@Singleton
class SessionRepository {
    private static final String LIVE = """
            JOIN auth.users u ON u.id = s.user_id AND u.deleted_at IS NULL
            WHERE s.expires_at > now() AND s.revoked_at IS NULL
            """;

    private static final String OPEN = """
            WITH s AS (
                INSERT INTO auth.sessions (id, token, user_id, expires_at, ip_address, user_agent, device_id, device_name, slides)
                VALUES ($1, $2, $3, now() + make_interval(days => $4), $5, $6, $7, $8, $9)
                RETURNING *)
            SELECT %s FROM s %s
            """.formatted(LiveSession.COLUMNS, LIVE);

    /** A token that was exchanged is in both tables. */
    private static final String BY_TOKEN = """
            WITH shown AS (
                SELECT f.session_id, max(f.replaced_at) AS replaced_at
                FROM (SELECT id AS session_id, NULL::timestamptz AS replaced_at FROM auth.sessions WHERE token = $1
                      UNION ALL
                      SELECT session_id, replaced_at FROM auth.refresh_tokens WHERE token = $1) f
                GROUP BY f.session_id)
            SELECT %s, coalesce(shown.replaced_at + make_interval(secs => $2) < now(), false) AS late
            FROM shown
            JOIN auth.sessions s ON s.id = shown.session_id
            %s
            """.formatted(LiveSession.COLUMNS, LIVE);

    private static final String BY_ID = """
            SELECT %s
            FROM auth.sessions s
            %s AND s.id = $1 AND s.user_id = $2
            """.formatted(LiveSession.COLUMNS, LIVE);

    /** A day's use is one write. */
    private static final String SLIDE = """
            UPDATE auth.sessions
            SET expires_at = now() + interval '7 days', updated_at = now(), last_activity_at = now()
            WHERE id = $1 AND slides AND expires_at < now() + interval '6 days'
            RETURNING expires_at, updated_at
            """;

    private static final String EXCHANGED = """
            INSERT INTO auth.refresh_tokens AS r (token, session_id, replaced_at)
            VALUES ($1, $2, now())
            ON CONFLICT (token) DO UPDATE SET replaced_at = coalesce(r.replaced_at, excluded.replaced_at)
            """;

    private static final String FURTHER = "INSERT INTO auth.refresh_tokens (token, session_id) VALUES ($1, $2)";

    private static final String END = "DELETE FROM auth.sessions WHERE id = $1 AND user_id = $2";

    private static final String END_OTHERS = "DELETE FROM auth.sessions WHERE user_id = $1 AND id <> $2";

    private static final String OF_USER = """
            SELECT %s
            FROM auth.sessions s
            %s AND s.user_id = $1
            ORDER BY s.updated_at DESC, s.id
            """.formatted(LiveSession.COLUMNS, LIVE);

    /** A session that was found by a token. */
    record Shown(LiveSession session, boolean late) {}

    /** @return empty if the user is gone */
    Uni<Optional<LiveSession>> open(SqlConnection tx, UserId user, SessionName name, NewSession wish) {
        return tx.preparedQuery(OPEN)
                .execute(Tuple.tuple()
                        .addString(name.id())
                        .addString(name.token().hash())
                        .addString(user.value())
                        .addInteger(wish.remembrance().days())
                        .addString(wish.client().address())
                        .addString(wish.client().userAgent())
                        .addString(wish.deviceId().orElse(null))
                        .addString(wish.deviceName().orElse(null))
                        .addBoolean(wish.remembrance().slides()))
                .map(SessionRepository::first);
    }

    /** @param grace for how long a token that was exchanged still counts */
    Uni<Optional<Shown>> byToken(SqlConnection tx, String hash, Duration grace) {
        return tx.preparedQuery(BY_TOKEN)
                .execute(Tuple.of(hash, (double) grace.toSeconds()))
                .map(rows ->
                        stream(rows).findFirst().map(row -> new Shown(LiveSession.of(row), row.getBoolean("late"))));
    }

    Uni<Optional<LiveSession>> byId(SqlConnection tx, String id, UserId user) {
        return tx.preparedQuery(BY_ID).execute(Tuple.of(id, user.value())).map(SessionRepository::first);
    }

    /** @return the session as it is afterwards */
    Uni<LiveSession> slide(SqlConnection tx, LiveSession session) {
        return tx.preparedQuery(SLIDE).execute(Tuple.of(session.id())).map(rows -> stream(rows)
                .findFirst()
                .map(row -> session.until(time(row, "expires_at"), time(row, "updated_at")))
                .orElse(session));
    }

    Uni<Void> exchange(SqlConnection tx, LiveSession session, String hash, String newHash) {
        return tx.preparedQuery(EXCHANGED)
                .execute(Tuple.of(hash, session.id()))
                .chain(() -> tx.preparedQuery(FURTHER).execute(Tuple.of(newHash, session.id())))
                .replaceWithVoid();
    }

    /** @return whether there was such a session of this user */
    Uni<Boolean> end(SqlConnection tx, String id, UserId user) {
        return tx.preparedQuery(END).execute(Tuple.of(id, user.value())).map(rows -> rows.rowCount() == 1);
    }

    /** @return how many ended */
    Uni<Integer> endOthers(SqlConnection tx, UserId user, String kept) {
        return tx.preparedQuery(END_OTHERS)
                .execute(Tuple.of(user.value(), kept))
                .map(RowSet::rowCount);
    }

    Uni<List<LiveSession>> of(SqlConnection tx, UserId user) {
        return tx.preparedQuery(OF_USER)
                .execute(Tuple.of(user.value()))
                .map(rows -> stream(rows).map(LiveSession::of).toList());
    }

    private static Optional<LiveSession> first(RowSet<Row> rows) {
        return stream(rows).findFirst().map(LiveSession::of);
    }

    private static java.util.stream.Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private static OffsetDateTime time(Row row, String column) {
        return row.getOffsetDateTime(column);
    }
}
