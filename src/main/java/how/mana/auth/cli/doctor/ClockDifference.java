package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;

/** Whether this machine and the database agree on the time: the one dates tokens, the other judges when things expire. */
final class ClockDifference implements DatabaseCheck {
    private static final Duration NOTABLE = Duration.ofSeconds(1);
    private static final Duration HARMFUL = Duration.ofSeconds(30);

    private final Clock clock;

    ClockDifference() {
        this(Clock.systemUTC());
    }

    ClockDifference(Clock clock) {
        this.clock = clock;
    }

    @Override
    public String name() {
        return "clock";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var before = clock.instant();
        var there = Jdbc.rows(serving, row -> row.getObject(1, OffsetDateTime.class), "SELECT clock_timestamp()")
                .get(0)
                .toInstant();
        var after = clock.instant();
        // Somewhere in between the database looked at its clock.
        var difference = there.isBefore(before) ? Duration.between(there, before) : Duration.between(after, there);
        return List.of(finding(difference.isNegative() ? Duration.ZERO : difference));
    }

    private static Finding finding(Duration difference) {
        var text = "this machine and the database are " + difference.toMillis() + " ms apart";
        if (difference.compareTo(NOTABLE) < 0) {
            return Finding.ok(text);
        }
        var remedy = text + ": synchronise both clocks";
        return difference.compareTo(HARMFUL) < 0 ? Finding.warn(remedy) : Finding.fail(remedy);
    }
}
