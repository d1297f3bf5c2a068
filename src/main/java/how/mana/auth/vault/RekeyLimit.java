package how.mana.auth.vault;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;

/** How often a user may rekey. Counted with the work, so that what is rolled back was not counted; all replicas count together. */
@Singleton
class RekeyLimit {
    private static final String COUNT = "SELECT auth.rate_limit('vault-rekey', $1, $2, make_interval(secs => $3))";

    private final VaultConfig config;

    RekeyLimit(VaultConfig config) {
        this.config = config;
    }

    /** Counts a request. Fails with {@link VaultRefusal.TooManyRekeys} if it is one too many. */
    Uni<Void> count(SqlConnection tx, UserId user) {
        var limit = config.rekey();
        return tx.preparedQuery(COUNT)
                .execute(Tuple.of(
                        user.value(), limit.requests(), (double) limit.window().toSeconds()))
                .map(rows -> rows.iterator().next().getInteger(0))
                .invoke(seconds -> {
                    if (seconds > 0) {
                        throw new VaultRefusal.TooManyRekeys(Duration.ofSeconds(seconds));
                    }
                })
                .replaceWithVoid();
    }
}
