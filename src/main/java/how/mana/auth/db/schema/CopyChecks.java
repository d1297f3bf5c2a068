package how.mana.auth.db.schema;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What of the {@link BootChecks} does not depend on who will serve: for a restored copy, where nobody does yet. */
public final class CopyChecks {
    private static final String LACKING = "WITH here AS (SELECT ?::text[] AS schemas, ?::text[] AS tables) ("
            + BootChecks.FUNCTIONS + ") UNION ALL (" + BootChecks.ROW_SECURITY + ")";

    private CopyChecks() {}

    /** Why this version cannot read the copy, if it cannot. */
    public static List<String> ofVersion(Connection copy) throws SQLException {
        return BootChecks.versionRefusals(copy, ProtectedTables.MAIN);
    }

    /** What the copy lacks that protects keys and trail, each with its remedy; empty if nothing. */
    public static List<String> ofProtection(Connection copy) throws SQLException {
        var ours = ProtectedTables.MAIN;
        var lacking = new ArrayList<>(Jdbc.strings(copy, LACKING, ours.schemas().toArray(String[]::new), (Object)
                ours.tables().toArray(String[]::new)));
        lacking.addAll(BootChecks.policyRefusals(copy, ours));
        return List.copyOf(lacking);
    }
}
