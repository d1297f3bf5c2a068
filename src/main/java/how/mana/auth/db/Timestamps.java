package how.mana.auth.db;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.TemporalAccessor;
import org.jspecify.annotations.Nullable;

/** Times as they come from Postgres, spelt as today's clients expect them. */
public final class Timestamps {
    /** {@code toISOString} of the clients' language: always three fractional digits. */
    private static final DateTimeFormatter ISO =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private Timestamps() {}

    /** RFC 3339 in UTC with exactly three digits of a second; what is finer is cut. {@code time} has an instant. */
    public static String iso(TemporalAccessor time) {
        return ISO.format(time);
    }

    /** The same, and null for null. */
    public static @Nullable String isoOrNull(@Nullable OffsetDateTime time) {
        return time == null ? null : iso(time);
    }
}
