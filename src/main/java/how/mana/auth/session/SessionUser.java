package how.mana.auth.session;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import java.time.OffsetDateTime;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** A user as their sessions show them. Read from the database with every use, so that what was changed shows at once. */
public record SessionUser(
        UserId id,
        String name,
        String email,
        boolean emailVerified,
        @Nullable String image,
        OffsetDateTime createdAt,
        OffsetDateTime updatedAt,
        boolean twoFactorEnabled,
        String role,
        String tier,
        String kind) {

    /** The columns of {@code auth.users u} that {@link #of} reads. */
    public static final String COLUMNS = """
            u.id AS user_id, u.name, u.email, u.email_verified, u.image, u.created_at AS user_created_at,
            u.updated_at AS user_updated_at, coalesce(u.two_factor_enabled, false) AS two_factor_enabled,
            u.role::text AS role, u.access_tier::text AS access_tier, u.kind::text AS kind
            """;

    private static final String BY_ID =
            "SELECT " + COLUMNS + " FROM auth.users u WHERE u.id = $1 AND u.deleted_at IS NULL";

    /** The user with this id; empty if they are gone. */
    public static Uni<Optional<SessionUser>> find(SqlConnection tx, UserId id) {
        return query(tx, BY_ID, id);
    }

    /** The same, and nobody erases them before this transaction ends: what refers to them can be written. */
    public static Uni<Optional<SessionUser>> hold(SqlConnection tx, UserId id) {
        return query(tx, BY_ID + " FOR KEY SHARE OF u", id);
    }

    private static Uni<Optional<SessionUser>> query(SqlConnection tx, String statement, UserId id) {
        return tx.preparedQuery(statement).execute(Tuple.of(id.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .findFirst()
                .map(SessionUser::of));
    }

    public static SessionUser of(Row row) {
        return new SessionUser(
                new UserId(row.getString("user_id")),
                row.getString("name"),
                row.getString("email"),
                row.getBoolean("email_verified"),
                row.getString("image"),
                row.getOffsetDateTime("user_created_at"),
                row.getOffsetDateTime("user_updated_at"),
                row.getBoolean("two_factor_enabled"),
                row.getString("role"),
                row.getString("access_tier"),
                row.getString("kind"));
    }
}
