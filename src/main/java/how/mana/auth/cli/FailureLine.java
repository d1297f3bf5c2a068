package how.mana.auth.cli;

import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.schema.BootRefusedException;
import how.mana.auth.db.schema.MigrationFailedException;
import how.mana.auth.db.schema.MigrationRefusedException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/** What went wrong, for an operator: never a stack trace, and nothing that could be a secret. */
public final class FailureLine {
    /** Their messages are made for operators. */
    private static final Set<Class<? extends RuntimeException>> REFUSALS = Set.of(
            CommandRefusedException.class,
            KekRefusedException.class,
            KekUnavailableException.class,
            MigrationRefusedException.class,
            MigrationFailedException.class,
            BootRefusedException.class,
            OperatorConnection.NotAMemberException.class);

    private FailureLine() {}

    /** One line, or as many as the failure itself made of it. */
    public static String of(Exception failure) {
        if (REFUSALS.contains(failure.getClass())) {
            return String.valueOf(failure.getMessage());
        }
        return failure instanceof SQLException refused ? ofDatabase(refused) : ofFault(failure);
    }

    /** Without the detail that the server adds: it quotes rows. */
    private static String ofDatabase(SQLException refused) {
        var message = Optional.of(refused)
                .filter(PSQLException.class::isInstance)
                .map(e -> ((PSQLException) e).getServerErrorMessage())
                .map(ServerErrorMessage::getMessage)
                .orElseGet(() -> String.valueOf(refused.getMessage()));
        return "The database: " + message + " (SQLSTATE " + refused.getSQLState() + ")";
    }

    /** Where it happened and not what was said: that could be anything. */
    private static String ofFault(Exception fault) {
        var where = Stream.of(fault.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("how.mana.auth."))
                .findFirst()
                .map(frame -> " at " + frame)
                .orElse("");
        return "This is a fault of mana-auth: " + fault.getClass().getName() + where;
    }
}
