package how.mana.auth.session.password;

import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Optional;
import java.util.stream.StreamSupport;

/** The rows that lockouts are made of: one for each wrong password, and one for each that is being checked. */
@Singleton
class PasswordAttempts {
    private static final String BEGIN = "SELECT * FROM auth.password_attempt($1, $2, $3)";

    /** Beyond the few seconds in which it counts, a row in flight is nobody's any more; it is counted all the same. */
    private static final String FAILED = """
            UPDATE auth.login_attempts
            SET method = 'password', attempted_at = clock_timestamp()
            WHERE id = $1 AND method = 'password-pending'
            """;

    private static final String WITHDRAW =
            "DELETE FROM auth.login_attempts WHERE id = $1 AND method = 'password-pending'";

    /** Other checks in flight go on counting. */
    private static final String FORGIVE =
            "DELETE FROM auth.login_attempts WHERE email = $1 AND (method = 'password' OR id = $2)";

    /** The one that {@code auth.password_attempt} answers too. */
    private static final String STORED = """
            SELECT a.password
            FROM auth.users u
            JOIN auth.accounts a ON a.user_id = u.id AND a.provider_id = 'credential'
            WHERE u.id = $1 AND u.deleted_at IS NULL AND a.password IS NOT NULL
            ORDER BY a.created_at
            LIMIT 1
            """;

    /**
     * What {@code auth.password_attempt} says. Never are both locked and number there; where neither is, checks in flight
     * decide: ask again.
     *
     * @param user whose address it is, locked or not
     */
    record Begun(
            Optional<Duration> locked,
            Optional<Integer> number,
            Optional<UserId> user,
            Optional<String> stored,
            HashesInUse hashesInUse) {
        static Begun of(Row row) {
            return new Begun(
                    Optional.ofNullable(row.getInteger("locked_seconds")).map(Duration::ofSeconds),
                    Optional.ofNullable(row.getInteger("attempt")),
                    Optional.ofNullable(row.getString("user_id")).map(UserId::new),
                    Optional.ofNullable(row.getString("password")),
                    row.getBoolean("other_hashes") ? HashesInUse.CURRENT_AND_OTHERS : HashesInUse.CURRENT);
        }

        /** A record would print the hash. */
        @Override
        public String toString() {
            return "Begun[" + number + "]";
        }
    }

    /** @param currentKind how hashes begin that are made today */
    Uni<Begun> begin(SqlConnection tx, String email, Client client, String currentKind) {
        return tx.preparedQuery(BEGIN)
                .execute(Tuple.of(email, client.address(), currentKind))
                .map(rows -> Begun.of(rows.iterator().next()));
    }

    /** The hash that is stored now; empty if the user is gone or has no password. */
    Uni<Optional<String>> stored(SqlConnection tx, UserId user) {
        return tx.preparedQuery(STORED).execute(Tuple.of(user.value())).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(row -> row.getString("password"))
                .findFirst());
    }

    Uni<Void> failed(SqlConnection tx, int number) {
        return tx.preparedQuery(FAILED).execute(Tuple.of(number)).replaceWithVoid();
    }

    Uni<Void> withdraw(SqlConnection tx, int number) {
        return tx.preparedQuery(WITHDRAW).execute(Tuple.of(number)).replaceWithVoid();
    }

    Uni<Void> forgive(SqlConnection tx, String email, int number) {
        return tx.preparedQuery(FORGIVE).execute(Tuple.of(email, number)).replaceWithVoid();
    }
}
