package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.IntStream;

/**
 * What a process is told when it says that it is alive.
 *
 * @param reserved wraps counted for the active KEK so far
 */
record Beat(boolean sealed, int lowestFormat, Optional<KekId> active, long reserved, List<KnownKek> keks) {
    private static final String BEAT = "SELECT * FROM auth.replica_beat(?, string_to_array(?, ','), ?)";

    /** Says that {@code replica} is alive and holds the KEKs of {@code ring}. */
    static Beat of(Connection connection, UUID replica, KekRing ring) throws SQLException {
        var fingerprints = String.join(
                ",",
                ring.ids().stream().flatMap(id -> ring.fingerprint(id).stream()).toList());
        return Jdbc.rows(
                        connection,
                        Beat::read,
                        BEAT,
                        replica,
                        fingerprints,
                        ring.active().map(KekId::value).orElse(""))
                .get(0);
    }

    private static Beat read(ResultSet row) throws SQLException {
        var ids = texts(row, "kek_ids");
        var fingerprints = texts(row, "kek_fingerprints");
        var states = texts(row, "kek_states");
        return new Beat(
                row.getBoolean("sealed"),
                row.getInt("min_wrap_format"),
                Optional.ofNullable(row.getString("active_kek"))
                        .filter(KekId::isValid)
                        .map(KekId::new),
                row.getLong("active_reserved"),
                IntStream.range(0, ids.length)
                        .mapToObj(i -> new KnownKek(
                                ids[i],
                                Optional.of(fingerprints[i]).filter(text -> !text.isEmpty()),
                                KnownKek.State.of(states[i])))
                        .toList());
    }

    /** Empty where the database has none: an aggregate of no rows is NULL. */
    private static String[] texts(ResultSet row, String column) throws SQLException {
        var array = row.getArray(column);
        return array == null ? new String[0] : (String[]) array.getArray();
    }

    KekRing.Orders orders(Duration valid) {
        return new KekRing.Orders(active, sealed, lowestFormat, valid.toNanos());
    }

    Optional<KnownKek> find(KekId id) {
        return keks.stream().filter(kek -> kek.id().equals(id.value())).findFirst();
    }
}
