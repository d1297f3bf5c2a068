package how.mana.auth.outbound;

import how.mana.auth.db.DatabaseRefusal;
import io.vertx.pgclient.PgException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.util.concurrent.TimeoutException;

/** What went wrong, in words for the table: without addresses, links or keys, which a message could hold. */
final class Failure {
    private Failure() {}

    static String inWords(Throwable failure) {
        var cause = failure instanceof DatabaseRefusal.Unavailable && failure.getCause() != null
                ? failure.getCause()
                : failure;
        if (cause instanceof PgException refused) {
            return "the database refused it, SQLSTATE " + refused.getSqlState();
        }
        if (cause instanceof TimeoutException || cause instanceof io.smallrye.mutiny.TimeoutException) {
            return "no answer in time";
        }
        if (cause instanceof ConnectException || cause instanceof UnknownHostException) {
            return "nobody there";
        }
        return cause.getClass().getSimpleName();
    }
}
