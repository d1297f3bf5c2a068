package how.mana.auth.vault;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Which generation each named request of the last day made. Asked and written under the vault's row lock, so that of several
 * requests with one name one is the first.
 */
@Singleton
class RekeyRequests {
    private static final String FIND = """
            SELECT key_generation
            FROM auth.rekey_requests
            WHERE user_id = $1 AND request_hash = $2 AND requested_at > now() - interval '1 day'
            """;

    private static final String DROP_EXPIRED = """
            DELETE FROM auth.rekey_requests
            WHERE user_id = $1 AND requested_at <= now() - interval '1 day'
            """;

    private static final String REMEMBER = """
            INSERT INTO auth.rekey_requests (user_id, request_hash, key_generation)
            VALUES ($1, $2, $3)
            """;

    /** The generation that the request of this name made; empty if there was none, or the request has no name. */
    Uni<Optional<Long>> find(SqlConnection tx, UserId owner, Optional<IdempotencyKey> key) {
        if (key.isEmpty()) {
            return Uni.createFrom().item(Optional.empty());
        }
        return tx.preparedQuery(FIND)
                .execute(Tuple.of(owner.value(), key.get().digest()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getLong(0)));
    }

    /** Remembers what a request that was not found made; nothing if it has no name. */
    Uni<Void> remember(SqlConnection tx, UserId owner, Optional<IdempotencyKey> key, long generation) {
        if (key.isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery(DROP_EXPIRED)
                .execute(Tuple.of(owner.value()))
                .chain(() -> tx.preparedQuery(REMEMBER)
                        .execute(Tuple.of(owner.value(), key.get().digest(), generation)))
                .replaceWithVoid();
    }
}
