package how.mana.auth.db;

import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.VertxException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import java.io.IOException;

/** Tells faults of the database from faults of ours, so that only the former say "try again later". */
final class DatabaseFault {
    private static final String FOREIGN_KEY_VIOLATION = "23503";

    private DatabaseFault() {}

    static Throwable translate(Throwable failure) {
        return isOfTheDatabase(failure) ? new DatabaseRefusal.Unavailable(failure) : failure;
    }

    static boolean isForeignKeyViolation(Throwable failure) {
        return failure instanceof PgException refused && FOREIGN_KEY_VIOLATION.equals(refused.getSqlState());
    }

    /** Whatever the database complains of, a missing column included, is no fault of the caller's (contract A4.1). */
    private static boolean isOfTheDatabase(Throwable failure) {
        return failure instanceof PgException
                || failure instanceof VertxException
                || failure instanceof NoStackTraceThrowable
                || failure instanceof IOException
                || failure instanceof java.util.concurrent.TimeoutException
                || failure instanceof TimeoutException;
    }
}
