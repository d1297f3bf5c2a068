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
import java.util.stream.Stream;
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
            SELECT %s, shown.replaced_at IS NOT NULL AS replaced,
                coalesce(shown.replaced_at + make_interval(secs => $2) < now(), false) AS late
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

    /** The session is locked, so that it is there for what refers to it; if it has just ended, this is no row. */
    private static final String EXCHANGED = """
            INSERT INTO auth.refresh_tokens AS r (token, session_id, replaced_at)
            SELECT $1, s.id, now() FROM auth.sessions s WHERE s.id = $2 FOR KEY SHARE
            ON CONFLICT (token) DO UPDATE SET replaced_at = coalesce(r.replaced_at, excluded.replaced_at)
            """;

    private static final String FURTHER = "INSERT INTO auth.refresh_tokens (token, session_id) VALUES ($1, $2)";

    private static final String HAS_TOKEN = """
            SELECT EXISTS (SELECT FROM auth.sessions WHERE id = $1 AND token = ANY ($2))
                OR EXISTS (SELECT FROM auth.refresh_tokens WHERE session_id = $1 AND token = ANY ($2))
            """;

    private static final String END = "DELETE FROM auth.sessions WHERE id = $1 AND user_id = $2";

    private static final String END_OTHERS = "DELETE FROM auth.sessions WHERE user_id = $1 AND id <> $2";

    private static final String OF_USER = """
            SELECT %s
            FROM auth.sessions s
            %s AND s.user_id = $1
            ORDER BY s.updated_at DESC, s.id
            """.formatted(LiveSession.COLUMNS, LIVE);

    /**
     * A session that was found by a token.
     *
     * @param replaced whether the token was exchanged for another one
     * @param late whether that was too long ago
     */
    record Shown(LiveSession session, boolean replaced, boolean late) {
        static Shown of(Row row) {
            return new Shown(LiveSession.of(row), row.getBoolean("replaced"), row.getBoolean("late"));
        }

        Shown as(LiveSession later) {
            return new Shown(later, replaced, late);
        }
    }

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
                .map(rows -> stream(rows).findFirst().map(Shown::of));
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

    /** @return whether the session was still there */
    Uni<Boolean> exchange(SqlConnection tx, LiveSession session, String hash, String newHash) {
        return tx.preparedQuery(EXCHANGED)
                .execute(Tuple.of(hash, session.id()))
                .chain(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(false)
                        : tx.preparedQuery(FURTHER)
                                .execute(Tuple.of(newHash, session.id()))
                                .replaceWith(true));
    }

    /** @return whether one of the tokens is or was the session's, however long ago */
    Uni<Boolean> hasToken(SqlConnection tx, LiveSession session, List<String> hashes) {
        return tx.preparedQuery(HAS_TOKEN)
                .execute(Tuple.of(session.id(), hashes.toArray(String[]::new)))
                .map(rows -> rows.iterator().next().getBoolean(0));
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

    private static Stream<Row> stream(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false);
    }

    private static OffsetDateTime time(Row row, String column) {
        return row.getOffsetDateTime(column);
    }
}
