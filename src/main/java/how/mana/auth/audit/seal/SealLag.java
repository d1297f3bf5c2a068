package how.mana.auth.audit.seal;

import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * How far sealing is behind. Takes no key, and so proves nothing about what was sealed: that is for {@link Verification}.
 *
 * @param begun whether anything was ever sealed
 * @param waiting how long the oldest row without a seal has waited, by the database's clock; zero if there is none
 */
public record SealLag(boolean begun, Duration waiting) {
    private static final String OLDEST = """
            SELECT coalesce(extract(epoch FROM clock_timestamp() - min(t.created_at)), 0)::float8
            FROM auth.encryption_vault_audit t
            WHERE NOT EXISTS (SELECT FROM auth.audit_seal s WHERE s.audit_id = t.id AND s.user_id <> '')
            """;

    /** @param connection as the auditor */
    public static SealLag of(Connection connection) throws SQLException {
        var newest = Heads.newest(connection);
        var here = newest.filter(Heads.Newest::writtenHere); // else its place means nothing here, as after a restore
        var seconds = here.isPresent()
                ? Unsealed.lag(connection, here.get().progress())
                : Jdbc.rows(connection, row -> row.getDouble(1), OLDEST).get(0);
        return new SealLag(newest.isPresent(), Duration.ofMillis(Math.max(0, Math.round(seconds * 1_000))));
    }
}
