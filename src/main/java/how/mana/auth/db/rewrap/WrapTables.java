package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.KekId;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import java.util.stream.Collectors;

/** All tables that keep wraps of a KEK. A new one belongs here and into {@code auth.rows_of_kek}. */
public final class WrapTables {
    static final List<WrapTable> ALL =
            List.of(WrapTable.VAULTS, WrapTable.RETAINED_KEYS, WrapTable.SIGNING_KEYS, WrapTable.AUDIT_KEYS);

    /** A query that has a row as long as a wrap of format 1 is left. */
    static final String OF_FORMAT_1 = ALL.stream()
            .map(table -> "SELECT FROM " + table.table() + " WHERE " + table.wrapped()
                    + " IS NOT NULL AND kek_id IS NOT NULL AND format_version < 2")
            .collect(Collectors.joining(" UNION ALL "));

    private WrapTables() {}

    /** How many keys a sweep to {@code active} would still have to move. */
    public static long due(Connection maintenance, KekId active) throws SQLException {
        var due = 0L;
        for (var table : ALL) {
            due += Long.parseLong(
                    Jdbc.strings(maintenance, table.countDue(), active.value()).get(0));
        }
        return due;
    }

    /** The same without those that did not open when {@code run} came by. */
    static long dueBut(Connection maintenance, KekId active, UUID run) throws SQLException {
        var due = 0L;
        for (var table : ALL) {
            due += Long.parseLong(Jdbc.strings(maintenance, table.countDueBut(), active.value(), table.kind(), run)
                    .get(0));
        }
        return due;
    }

    /** How many keys each KEK wraps, by its id. */
    public static Map<String, Long> byKek(Connection maintenance) throws SQLException {
        var counts = new TreeMap<String, Long>();
        for (var table : ALL) {
            Jdbc.rows(
                    maintenance,
                    row -> counts.merge(row.getString("kek_id"), row.getLong("rows"), Long::sum),
                    table.countByKek());
        }
        return counts;
    }
}
