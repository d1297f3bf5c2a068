package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KeyCheckValue;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/** The wraps of one table that one transaction moves to the active KEK. */
final class RewrapBatch {
    private static final String FAILED = """
            INSERT INTO auth.rewrap_failures (kind, owner, key_generation, kek_id, reason) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (kind, owner, key_generation)
                DO UPDATE SET kek_id = excluded.kek_id, reason = excluded.reason, failed_at = now()
            """;

    private static final String MENDED = """
            DELETE FROM auth.rewrap_failures f
            USING unnest(?::text[], ?::bigint[]) n (owner, generation)
            WHERE f.kind = ? AND f.owner = n.owner AND f.key_generation = n.generation
            """;

    private final WrapTable table;
    private final KekRing ring;
    private final KekId active;
    private final List<String> owners = new ArrayList<>();
    private final List<Long> generations = new ArrayList<>();
    private final List<WrappedKey> wraps = new ArrayList<>();
    private final List<String> checkValues = new ArrayList<>();

    RewrapBatch(WrapTable table, KekRing ring, KekId active) {
        this.table = table;
        this.ring = ring;
        this.active = active;
    }

    /** Moves {@code rows}, which this transaction holds. @return how many did not open and were left */
    int move(Connection tx, List<StoredWrap> rows) throws SQLException {
        var failed = 0;
        for (var row : rows) {
            try {
                wrap(row);
            } catch (StoredWrap.DoesNotOpenException e) {
                failed++;
                Jdbc.update(tx, FAILED, table.kind(), row.owner(), row.generation(), row.kekId(), e.reason());
            }
        }
        store(tx);
        return failed;
    }

    private void wrap(StoredWrap row) {
        try (var key = row.open(table, ring)) {
            wraps.add(ring.wrap(key, table.context().of(row.owner(), row.generation())));
            owners.add(row.owner());
            generations.add(row.generation());
            checkValues.add(table.hasCheckValue() ? HexFormat.of().formatHex(KeyCheckValue.of(key, row.owner())) : "");
        }
    }

    private void store(Connection tx) throws SQLException {
        if (wraps.isEmpty()) {
            return;
        }
        var moved = Jdbc.update(
                tx,
                table.update(),
                active.value(),
                owners.toArray(String[]::new),
                generations.toArray(Long[]::new),
                wraps.stream().map(WrappedKey::ciphertext).toArray(String[]::new),
                wraps.stream().map(WrappedKey::nonce).toArray(String[]::new),
                checkValues.toArray(String[]::new));
        if (moved != wraps.size()) {
            throw new IllegalStateException("Rows that this transaction holds were not changed");
        }
        Jdbc.update(tx, MENDED, owners.toArray(String[]::new), generations.toArray(Long[]::new), table.kind());
    }
}
