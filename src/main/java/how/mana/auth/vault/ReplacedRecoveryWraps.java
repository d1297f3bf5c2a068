package how.mana.auth.vault;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * The recovery wraps that were replaced in zero-knowledge mode, kept for 30 days: there the recovery wrap is the only one,
 * and a thief of a token must not be able to destroy it by storing another over it.
 */
@Singleton
class ReplacedRecoveryWraps {
    /** More are refused rather than the oldest dropped: else replacing often enough would destroy the real one. */
    static final int MAX_KEPT = 8;

    private static final String KEEP = """
            INSERT INTO auth.replaced_recovery_wraps
                   (id, user_id, recovery_wrapped_mk, recovery_iv, recovery_format_version, recovery_set_at, key_generation)
            SELECT $2, user_id, recovery_wrapped_mk, recovery_iv, recovery_format_version, recovery_set_at, key_generation
            FROM auth.encryption_vaults
            WHERE user_id = $1 AND recovery_wrapped_mk IS NOT NULL
            """;

    private static final String DROP_EXPIRED = """
            DELETE FROM auth.replaced_recovery_wraps
            WHERE user_id = $1 AND replaced_at <= now() - interval '30 days'
            """;

    private static final String COUNT = "SELECT count(*) FROM auth.replaced_recovery_wraps WHERE user_id = $1";

    private static final String LIST = """
            SELECT id, recovery_wrapped_mk, recovery_iv, recovery_format_version,
                   to_char(replaced_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS replaced_at
            FROM auth.replaced_recovery_wraps r
            WHERE user_id = $1 AND replaced_at > now() - interval '30 days'
              AND key_generation = (SELECT key_generation FROM auth.encryption_vaults v WHERE v.user_id = r.user_id)
            ORDER BY r.replaced_at DESC, id
            """;

    private static final String DROP = "DELETE FROM auth.replaced_recovery_wraps WHERE user_id = $1 AND id = $2";
    private static final String DROP_ALL = "DELETE FROM auth.replaced_recovery_wraps WHERE user_id = $1";

    /**
     * @param id names it in a request to restore it
     * @param replacedAt RFC 3339 with milliseconds in UTC
     */
    record Replaced(String id, RecoveryWrap wrap, String replacedAt) {}

    /** Keeps the vault's present recovery wrap, if it has one, as {@code id}. The caller holds the vault's row lock. */
    Uni<Void> keep(SqlConnection tx, UserId owner, String id) {
        return tx.preparedQuery(DROP_EXPIRED)
                .execute(Tuple.of(owner.value()))
                .chain(() -> tx.preparedQuery(COUNT).execute(Tuple.of(owner.value())))
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) >= MAX_KEPT) {
                        throw new VaultRefusal.TooManyReplaced();
                    }
                })
                .chain(() -> tx.preparedQuery(KEEP).execute(Tuple.of(owner.value(), id)))
                .replaceWithVoid();
    }

    /** Those of the present key that have not expired, newest first. */
    Uni<List<Replaced>> list(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(LIST).execute(Tuple.of(owner.value())).map(ReplacedRecoveryWraps::all);
    }

    /** The one named, or the newest if none is named. */
    Uni<Optional<Replaced>> find(SqlConnection tx, UserId owner, @Nullable String id) {
        return list(tx, owner).map(kept -> kept.stream()
                .filter(one -> id == null || one.id().equals(id))
                .findFirst());
    }

    Uni<Void> drop(SqlConnection tx, UserId owner, String id) {
        return tx.preparedQuery(DROP).execute(Tuple.of(owner.value(), id)).replaceWithVoid();
    }

    Uni<Void> dropAll(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(DROP_ALL).execute(Tuple.of(owner.value())).replaceWithVoid();
    }

    private static List<Replaced> all(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new Replaced(
                        row.getString("id"),
                        new RecoveryWrap(
                                row.getString("recovery_wrapped_mk"),
                                row.getString("recovery_iv"),
                                row.getInteger("recovery_format_version")),
                        row.getString("replaced_at")))
                .toList();
    }
}
