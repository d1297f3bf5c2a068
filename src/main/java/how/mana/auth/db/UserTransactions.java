package how.mana.auth.db;

import how.mana.auth.caller.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs database work as one user, within row-level security. */
@Singleton
public class UserTransactions {
    private static final String ACT_AS = "SELECT auth.act_as($1, $2)";

    private final Pool pool;
    private final DatabaseConfig config;

    UserTransactions(Pool pool, DatabaseConfig config) {
        this.pool = pool;
        this.config = config;
    }

    /**
     * Runs {@code work} in one transaction that can see and change only what is the caller's. Commits when the work's item
     * arrives, rolls back when it fails; the result arrives after the commit.
     *
     * <p>Fails with {@link DatabaseRefusal.CallerUnknown} when the caller's user or session no longer exists, and with
     * {@link DatabaseRefusal.Unavailable} for every fault of the database.
     */
    public <T> Uni<T> as(Caller caller, Function<SqlConnection, Uni<T>> work) {
        return Deadline.transaction(pool, config, tx -> actAs(tx, caller).chain(() -> work.apply(tx)))
                .onFailure()
                .transform(DatabaseFault::translateForCaller);
    }

    /**
     * Runs one statement in a transaction of its own, in one round trip. For SQL functions that call {@code auth.act_as}
     * before anything else and take the caller as {@code $1} and the session as {@code $2}: the caller is bound here, so
     * that no feature can name another.
     *
     * @param arguments what follows after {@code $2}
     */
    public Uni<Row> call(Caller caller, String function, @Nullable Object... arguments) {
        var tuple = callerTuple(caller);
        for (var argument : arguments) {
            tuple.addValue(argument);
        }
        return Deadline.statement(
                        config, pool.preparedQuery(function).execute(tuple).map(UserTransactions::onlyRow))
                .onFailure()
                .transform(DatabaseFault::translateForCaller);
    }

    private static Uni<Void> actAs(SqlConnection tx, Caller caller) {
        return tx.preparedQuery(ACT_AS)
                .execute(callerTuple(caller))
                .map(UserTransactions::onlyRow)
                .invoke(row -> {
                    if (!row.getBoolean(0)) {
                        throw new DatabaseRefusal.CallerUnknown();
                    }
                })
                .replaceWithVoid();
    }

    private static Tuple callerTuple(Caller caller) {
        return Tuple.tuple()
                .addString(caller.user().value())
                .addString(caller.session().orElse(null));
    }

    private static Row onlyRow(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}
