package how.mana.auth.account.signup;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.RandomText;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.time.OffsetDateTime;

/** The rows that a new user consists of. */
@Singleton
class NewUsers {
    private static final int ID_LENGTH = 32;

    /** Waits for whoever signs up with the same address at this moment: one of them makes the user. */
    private static final String INSERT = """
            WITH created AS (
                INSERT INTO auth.users (id, name, email, image)
                VALUES ($1, $2, $3, $4)
                ON CONFLICT (email) DO NOTHING
                RETURNING id)
            SELECT EXISTS (SELECT FROM created) AS created, now() AS at
            """;

    private static final String PASSWORD = """
            INSERT INTO auth.accounts (id, account_id, provider_id, user_id, password)
            VALUES ($1, $2, 'credential', $2, $3)
            """;

    private final SecureRandom random;

    NewUsers(SecureRandom random) {
        this.random = random;
    }

    /**
     * What came of it.
     *
     * @param created false if the address has an account
     * @param at the time by the database's clock, either way
     */
    record Insertion(boolean created, OffsetDateTime at) {
        static Insertion of(Row row) {
            return new Insertion(row.getBoolean("created"), row.getOffsetDateTime("at"));
        }
    }

    /** The id of somebody who is not there yet. */
    UserId randomId() {
        return new UserId(RandomText.alphanumeric(random, ID_LENGTH));
    }

    /** Makes the user, unless somebody has this address. */
    Uni<Insertion> insert(SqlConnection tx, UserId id, NewAccount wish) {
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(
                        id.value(),
                        wish.name(),
                        wish.email().value(),
                        wish.image().orElse(null)))
                .map(rows -> Insertion.of(rows.iterator().next()));
    }

    /** Gives the user a password. */
    Uni<Void> setPassword(SqlConnection tx, UserId id, String hash) {
        return tx.preparedQuery(PASSWORD)
                .execute(Tuple.of(RandomText.alphanumeric(random, ID_LENGTH), id.value(), hash))
                .replaceWithVoid();
    }
}
