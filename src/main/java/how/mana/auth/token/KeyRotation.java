package how.mana.auth.token;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.keks.OperatorRing;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The operator's side of the signing keys: lists them, and makes a new one take over. Blocks; works as {@code
 * mana_maintenance}. All times are the database's, so that no clock of a replica counts.
 */
public final class KeyRotation {
    private static final String LOCK = "SELECT pg_advisory_xact_lock(?)::text";

    private static final String INSERT = """
            INSERT INTO auth.jwks (id, public_key, kek_id, wrap_iv, private_key, format_version, signs_from)
            VALUES (?, ?, ?, ?, ?, 2, now() + make_interval(secs => ?))
            RETURNING signs_from
            """;

    private static final String WITHDRAW_OTHERS = """
            UPDATE auth.jwks j
            SET withdrawn_at = least(j.withdrawn_at, n.signs_from + make_interval(secs => ?))
            FROM auth.jwks n
            WHERE n.id = ? AND j.id <> n.id AND j.kek_id IS NOT NULL
            """;

    private static final String LIST = """
            SELECT id, created_at, signs_from, withdrawn_at, kek_id,
                   CASE WHEN kek_id IS NULL THEN 'adopted'
                        WHEN withdrawn_at <= now() THEN 'withdrawn'
                        WHEN signs_from > now() THEN 'published'
                        WHEN row_number() OVER (PARTITION BY kek_id IS NULL
                                                ORDER BY coalesce(withdrawn_at > now(), true) DESC,
                                                         coalesce(signs_from <= now(), true) DESC,
                                                         created_at DESC, id) = 1 THEN 'signing'
                        ELSE 'verifying' END AS state
            FROM auth.jwks
            ORDER BY created_at DESC, id
            """;

    private final Connection maintenance;

    /** @param maintenance a connection that works as {@code mana_maintenance} */
    public KeyRotation(Connection maintenance) {
        this.maintenance = maintenance;
    }

    /** A key and where it is in its life. */
    public record Listed(
            String kid,
            String state,
            Instant createdAt,
            Optional<Instant> signsFrom,
            Optional<Instant> withdrawnAt,
            Optional<String> kek) {}

    /** The key that will sign, and from when. */
    public record Rotated(String kid, Instant signsFrom) {}

    /**
     * Every key, newest first: {@code published} ahead, {@code signing}, {@code verifying}, {@code withdrawn}, or {@code
     * adopted} and never used.
     */
    public List<Listed> list() throws SQLException {
        return Jdbc.rows(maintenance, KeyRotation::listed, LIST);
    }

    /**
     * Publishes a new key at once, which signs after {@code lead}; all others are withdrawn {@code keep} after that, unless they are
     * to be withdrawn earlier. All of it happens or nothing.
     *
     * @param keks of this process; the active one wraps the new key
     * @throws KekRefusedException if that is not at hand, or not the KEK that this database knows by its id: nobody could
     *     open the key
     */
    public Rotated rotate(KekRing keks, SecureRandom random, Duration lead, Duration keep) throws SQLException {
        var operator = OperatorRing.of(maintenance, keks);
        requireProven(operator.active());
        operator.reserve(1);
        maintenance.setAutoCommit(false);
        try {
            Jdbc.strings(maintenance, LOCK, SigningKeyRepository.NEW_KEY);
            operator.refresh();
            var key = SigningKey.generate(operator.ring(), random);
            var signsFrom = insert(key, lead);
            Jdbc.update(maintenance, WITHDRAW_OTHERS, (double) keep.toSeconds(), key.kid());
            maintenance.commit();
            return new Rotated(key.kid(), signsFrom);
        } finally {
            maintenance.rollback(); // nothing, once committed
            maintenance.setAutoCommit(true);
        }
    }

    /** A KEK that has never opened anything may be the wrong one. */
    private void requireProven(KekId active) throws SQLException {
        var proven = KekRegistry.known(maintenance).stream()
                .anyMatch(kek ->
                        kek.id().equals(active.value()) && kek.fingerprint().isPresent());
        if (!proven) {
            throw new KekRefusedException(
                    "This database has not seen the KEK " + active + " at work yet: start the service first");
        }
    }

    private Instant insert(SigningKey.Stored key, Duration lead) throws SQLException {
        var wrapped = key.wrapped();
        return Jdbc.rows(
                        maintenance,
                        row -> instant(row, "signs_from").orElseThrow(),
                        INSERT,
                        key.kid(),
                        key.publicJwk(),
                        wrapped.kekId().value(),
                        wrapped.nonce(),
                        wrapped.ciphertext(),
                        (double) lead.toSeconds())
                .get(0);
    }

    private static Listed listed(ResultSet row) throws SQLException {
        return new Listed(
                row.getString("id"),
                row.getString("state"),
                instant(row, "created_at").orElseThrow(),
                instant(row, "signs_from"),
                instant(row, "withdrawn_at"),
                Optional.ofNullable(row.getString("kek_id")));
    }

    private static Optional<Instant> instant(ResultSet row, String column) throws SQLException {
        @Nullable OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return Optional.ofNullable(time).map(OffsetDateTime::toInstant);
    }
}
