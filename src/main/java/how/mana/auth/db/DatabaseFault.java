package how.mana.auth.db;

import io.smallrye.mutiny.CompositeException;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import jakarta.persistence.PersistenceException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** Tells faults of the database from faults of ours, so that only the former say "try again later". */
final class DatabaseFault {
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    /** Raised by {@code auth.wrap_guard}. */
    private static final String KEK_SUPERSEDED = "MK001";

    /** Of {@code auth.refusal_counted()}, which says as its detail for how many seconds. */
    private static final String TOO_MANY_REFUSALS = "MR429";

    private DatabaseFault() {}

    static Throwable translate(Throwable failure) {
        if (KEK_SUPERSEDED.equals(sqlState(failure))) {
            return new DatabaseRefusal.KekSuperseded();
        }
        return isOfTheDatabase(failure) ? new DatabaseRefusal.Unavailable(failure) : failure;
    }

    /**
     * The same for work of a caller: everything of a user hangs on the user's row, which can go while the work runs; and what a
     * user is refused is counted where it is written down.
     */
    static Throwable translateForCaller(Throwable failure) {
        if (failure instanceof PgException refused && TOO_MANY_REFUSALS.equals(refused.getSqlState())) {
            return new DatabaseRefusal.TooManyRefusals(Duration.ofSeconds(Long.parseLong(refused.getDetail())));
        }
        return isForeignKeyViolation(failure) ? new DatabaseRefusal.CallerUnknown() : translate(failure);
    }

    /** What really failed, without what Hibernate wrapped around it. A fault of Hibernate's own stays as it is. */
    static Throwable unwrapped(Throwable failure) {
        var found = failure;
        while (isWrapper(found) && found.getCause() != null) {
            found = found.getCause();
        }
        return found;
    }

    private static boolean isWrapper(Throwable failure) {
        return failure instanceof PersistenceException
                || failure instanceof CompletionException
                // A rollback that failed too, after what made it necessary.
                || failure instanceof CompositeException;
    }

    private static boolean isForeignKeyViolation(Throwable failure) {
        return FOREIGN_KEY_VIOLATION.equals(sqlState(failure));
    }

    private static @Nullable String sqlState(Throwable failure) {
        if (failure instanceof PgException refused) {
            return refused.getSqlState();
        }
        return failure instanceof SQLException refused ? refused.getSQLState() : null;
    }

    /** Whatever the database complains of, a missing column included, is no fault of the caller's (contract A4.1). */
    private static boolean isOfTheDatabase(Throwable failure) {
        return failure instanceof PgException
                || failure instanceof SQLException
                || failure instanceof VertxException
                || failure instanceof NoStackTraceThrowable
                || failure instanceof IOException
                || failure instanceof java.util.concurrent.TimeoutException
                || failure instanceof TimeoutException;
    }
}
