package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;

/** What a ring may do, asked over a connection that may block: for commands, and for what wraps outside of requests. */
public final class KekOrders {
    private static final String NOW = """
            SELECT (SELECT k.id FROM auth.keks k WHERE k.state = 'active') AS active, s.sealed_at IS NOT NULL AS sealed,
                   s.min_wrap_format
            FROM auth.service_state s
            """;

    private static final String RESERVE = "SELECT auth.reserve_wraps(?, ?) IS NOT NULL";

    private KekOrders() {}

    /** Lets {@code ring} do what the database says now, for a few seconds: that of a process that is no {@link Replica}. */
    public static void follow(Connection connection, KekRing ring) throws SQLException {
        var asked = ring.now();
        Jdbc.rows(connection, KekOrders::orders, NOW).forEach(orders -> ring.follow(orders, asked));
    }

    private static KekRing.Orders orders(ResultSet row) throws SQLException {
        return new KekRing.Orders(
                Optional.ofNullable(row.getString("active"))
                        .filter(KekId::isValid)
                        .map(KekId::new),
                row.getBoolean("sealed"),
                row.getInt("min_wrap_format"),
                Replica.VALID.toNanos());
    }

    /** Counts wraps before they are made. Commits at once, unless a transaction is open: then commit before wrapping. */
    public static void count(Connection connection, KekRing ring, int wraps) throws SQLException {
        var active = ring.active();
        if (active.isPresent() && Jdbc.isTrue(connection, RESERVE, active.get().value(), wraps)) {
            ring.credit(active.get(), wraps);
        }
    }
}
