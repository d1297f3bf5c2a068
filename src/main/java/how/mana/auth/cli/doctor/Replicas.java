package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Who serves, whether all of them have the KEK that wraps, and whether an operator has stopped them. */
final class Replicas implements DatabaseCheck {
    private static final String LIVE = """
            SELECT count(r.id) AS live,
                   count(r.id) FILTER (WHERE NOT k.fingerprint = ANY (r.fingerprints)) AS lacking,
                   count(r.id) FILTER (WHERE r.writes_with IS DISTINCT FROM k.id) AS behind
            FROM (SELECT) one
            LEFT JOIN auth.replicas r ON r.seen_at > now() - interval '30 seconds'
            LEFT JOIN auth.keks k ON k.state = 'active'
            """;

    private static final String SEALED = """
            SELECT format('sealed since %s by %s: %s', sealed_at, sealed_by, sealed_why)
            FROM auth.service_state WHERE sealed_at IS NOT NULL
            """;

    @Override
    public String name() {
        return "replicas";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var findings = new ArrayList<>(Jdbc.rows(serving, Replicas::finding, LIVE));
        Jdbc.strings(serving, SEALED)
                .forEach(text -> findings.add(
                        Finding.warn("every vault is closed, " + text + ": when that is over, mana-auth unseal")));
        return findings;
    }

    private static Finding finding(ResultSet row) throws SQLException {
        var live = row.getLong("live");
        if (row.getLong("lacking") > 0) {
            return Finding.fail(row.getLong("lacking") + " of " + live
                    + " replicas lack the KEK that wraps: give it to them, or end them");
        }
        if (row.getLong("behind") > 0) {
            return Finding.warn(row.getLong("behind") + " of " + live
                    + " replicas have not heard yet which KEK wraps: look again in a few seconds");
        }
        return Finding.ok(live == 0 ? "nobody serves now" : live + " serve");
    }
}
