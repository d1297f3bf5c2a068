package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** How many wraps each KEK may have made: random nonces are safe for 2<sup>32</sup> (NIST SP 800-38D, 8.3). */
final class WrapCounters implements DatabaseCheck {
    private static final long LIMIT = 1L << 32;
    private static final long NOTABLE = 1L << 30;

    /** So many are counted at a time: less than that is none. */
    private static final long BLOCK = 4_096;

    private static final String COUNTS = """
            SELECT u.kek_id, u.reserved FROM auth.kek_uses u JOIN auth.keks k ON k.id = u.kek_id
            WHERE k.state = 'active' ORDER BY u.kek_id
            """;

    @Override
    public String name() {
        return "counters";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var counts = Jdbc.rows(serving, row -> finding(row.getString(1), row.getLong(2)), COUNTS);
        return counts.isEmpty() ? List.of(Finding.ok("no KEK has wrapped anything yet")) : counts;
    }

    private static Finding finding(String kek, long reserved) {
        var text = "KEK " + kek + " may have made " + reserved + " wraps of " + LIMIT;
        if (reserved < NOTABLE) {
            return Finding.ok(text);
        }
        var remedy = text + ": activate another one";
        return reserved > LIMIT - BLOCK ? Finding.fail(remedy + ", it makes no more") : Finding.warn(remedy);
    }
}
