package how.mana.auth.cli.audit;

import how.mana.auth.cli.Arguments;
import how.mana.auth.cli.CommandRefusedException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Optional;

/** Reads times as operators write them. */
final class Moments {
    private Moments() {}

    /** The value of an option: a day, which begins in UTC, or a moment in RFC 3339. */
    static Optional<Instant> find(Arguments arguments, String option) {
        return arguments.find(option).map(text -> parse(option, text));
    }

    private static Instant parse(String option, String text) {
        try {
            return text.length() == "2026-01-31".length()
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw new CommandRefusedException(
                    option + " wants a day such as 2026-01-31, or a moment such as 2026-01-31T12:00:00Z");
        }
    }
}
