package how.mana.auth.account.signup;

import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Counts who signs up on a day (UTC), where the day has a limit. One row for all replicas. */
@Singleton
class SignUpGate {
    private static final String ENTER = """
            INSERT INTO auth.signup_days AS d (day, signups)
            VALUES ((now() AT TIME ZONE 'UTC')::date, 1)
            ON CONFLICT (day) DO UPDATE SET signups = d.signups + 1
            WHERE d.signups < $1
            """;

    private static final String TODAY = """
            SELECT coalesce((SELECT d.signups FROM auth.signup_days d WHERE d.day = t.today), 0) AS signups,
                   (t.today + 1)::timestamp AT TIME ZONE 'UTC' AS ends_at
            FROM (SELECT (now() AT TIME ZONE 'UTC')::date AS today) t
            """;

    private final ServiceTransactions transactions;
    private final int limit;

    SignUpGate(ServiceTransactions transactions, SignUpConfig config) {
        this.transactions = transactions;
        this.limit = config.maxDaily();
    }

    /** How far a day's places are taken. */
    record Day(int limit, int signups, OffsetDateTime endsAt) {
        int left() {
            return Math.max(0, limit - signups);
        }

        static Day of(Row row, int limit) {
            return new Day(limit, row.getInteger("signups"), row.getOffsetDateTime("ends_at"));
        }
    }

    /** Fails with {@link AuthRefusal.SignupLimitReached} if no place is left today. Takes none. */
    Uni<Void> look(SqlConnection tx) {
        if (limit == 0) {
            return Uni.createFrom().voidItem();
        }
        return day(tx).invoke(day -> {
                    if (day.left() == 0) {
                        throw new AuthRefusal.SignupLimitReached();
                    }
                })
                .replaceWithVoid();
    }

    /**
     * Takes one of today's places. Fails with {@link AuthRefusal.SignupLimitReached} if none is left. Everybody else who signs up
     * waits from here to the end of the transaction: to be done last.
     */
    Uni<Void> enter(SqlConnection tx) {
        if (limit == 0) {
            return Uni.createFrom().voidItem();
        }
        return tx.preparedQuery(ENTER)
                .execute(Tuple.of(limit))
                .invoke(rows -> {
                    if (rows.rowCount() == 0) {
                        throw new AuthRefusal.SignupLimitReached();
                    }
                })
                .replaceWithVoid();
    }

    /** Today; empty if days have no limit. */
    Uni<Optional<Day>> today() {
        if (limit == 0) {
            return Uni.createFrom().item(Optional.empty());
        }
        return transactions.run(this::day).map(Optional::of);
    }

    private Uni<Day> day(SqlConnection tx) {
        return tx.preparedQuery(TODAY)
                .execute()
                .map(rows -> Day.of(rows.iterator().next(), limit));
    }
}
