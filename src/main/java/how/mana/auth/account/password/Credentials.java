package how.mana.auth.account.password;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.RandomText;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** The stored passwords of users. */
@Singleton
public class Credentials {
    private static final String QUEUE = "SELECT pg_advisory_xact_lock(hashtextextended('mana-credentials:' || $1, 0))";

    private static final String LOCK =
            "SELECT id FROM auth.accounts WHERE user_id = $1 AND provider_id = 'credential' FOR UPDATE";

    /** All of them, should there be several: no old password may stay good. */
    private static final String REPLACE = """
            UPDATE auth.accounts SET password = $2, updated_at = now()
            WHERE user_id = $1 AND provider_id = 'credential'
            """;

    private static final String INSERT = """
            INSERT INTO auth.accounts (id, account_id, provider_id, user_id, password)
            VALUES ($1, $2, 'credential', $2, $3)
            """;

    private final SecureRandom random;

    Credentials(SecureRandom random) {
        this.random = random;
    }

    /**
     * Waits for whoever else is about to change how this user signs in, and for sign-ins that have begun; those that come
     * later wait for this transaction. So whoever holds this and then ends sessions ends all there are.
     *
     * <p>Before anything else of the user is locked, the user's row above all: who signs in takes the password first too.
     */
    public Uni<Void> hold(SqlConnection tx, UserId user) {
        return tx.preparedQuery(QUEUE)
                .execute(Tuple.of(user.value()))
                .chain(() -> tx.preparedQuery(LOCK).execute(Tuple.of(user.value())))
                .replaceWithVoid();
    }

    /** Stores a hash, also for a user who had no password. The caller {@link #hold}s them. */
    Uni<Void> store(SqlConnection tx, UserId user, String hash) {
        return tx.preparedQuery(REPLACE)
                .execute(Tuple.of(user.value(), hash))
                .chain(rows -> rows.rowCount() > 0
                        ? Uni.createFrom().voidItem()
                        : tx.preparedQuery(INSERT)
                                .execute(Tuple.of(RandomText.nanoid(random), user.value(), hash))
                                .replaceWithVoid());
    }
}
