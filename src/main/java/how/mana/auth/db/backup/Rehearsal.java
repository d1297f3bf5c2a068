package how.mana.auth.db.backup;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.OperatorRing;
import how.mana.auth.db.rewrap.WrapTables;
import how.mana.auth.db.rewrap.WrapVerification;
import how.mana.auth.db.schema.CopyChecks;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.LongConsumer;

/** Whether a restored copy is what was dumped, and whether the KEKs at hand open it. Changes nothing. */
public final class Rehearsal {
    private static final String UNSEALED = "SELECT sealed_at IS NULL FROM auth.service_state";

    private final Connection copy;
    private final Manifest manifest;
    private final KekRing ring;
    private final Consumer<Check> checks;

    /** Hears how far the opening is. */
    public interface Looked {
        void at(long done, long total);
    }

    /**
     * @param copy works as {@code mana_backup}, in the copy
     * @param checks told each thing that was looked at
     */
    public Rehearsal(Connection copy, Manifest manifest, KekRing ring, Consumer<Check> checks) {
        this.copy = copy;
        this.manifest = manifest;
        this.ring = ring;
        this.checks = checks;
    }

    /** Why there is nothing to rehearse on; empty if there is. */
    public Optional<String> refusal() throws SQLException {
        if (Place.of(copy).mayBe(manifest.place())) {
            return Optional.of("This is the database that the backup was made of, not a copy:"
                    + " restore the dump into another one and name that in REHEARSAL_DATABASE_URL");
        }
        return CopyChecks.ofVersion(copy).stream().findFirst();
    }

    /** Compares the copy with the manifest, and with what this version needs. */
    public void compare() throws SQLException {
        new Comparison(manifest.contents(), Contents.of(copy), checks).run();
        var lacking = CopyChecks.ofProtection(copy);
        lacking.forEach(line -> checks.accept(new Check(false, "protection", line)));
        if (lacking.isEmpty()) {
            checks.accept(new Check(true, "protection", "row-level security and policies are those of this version"));
        }
    }

    /** Opens every key, and says of each KEK whether it is at hand and how many keys need it. */
    public void open(Looked looked) throws SQLException {
        var rows = WrapTables.byKek(copy);
        neededKeks(rows);
        if (!Jdbc.isTrue(copy, UNSEALED)) {
            checks.accept(new Check(false, "keys", "the copy is sealed, as the service was: run `unseal` on the copy"));
            return;
        }
        var total = rows.values().stream().mapToLong(Long::longValue).sum();
        var listener = new Listener(done -> looked.at(done, total));
        var counts = new WrapVerification(copy, OperatorRing.ofAny(copy, ring), listener).run();
        checks.accept(
                new Check(counts.failed() == 0, "keys", counts.opened() + " open, " + counts.failed() + " do not"));
    }

    private void neededKeks(Map<String, Long> rows) {
        var keks = new TreeMap<String, Optional<String>>();
        rows.keySet().forEach(id -> keks.put(id, Optional.empty()));
        manifest.contents().keks().forEach(kek -> keks.put(kek.id(), kek.fingerprint()));
        keks.forEach((id, recorded) -> atHand(id, recorded, rows.getOrDefault(id, 0L)));
    }

    private void atHand(String id, Optional<String> recorded, long needing) {
        var held = Optional.of(id).filter(KekId::isValid).map(KekId::new).flatMap(ring::fingerprint);
        var same = recorded.isEmpty() || held.isEmpty() || held.equals(recorded);
        var where = held.isEmpty() ? "not at hand" : same ? "at hand" : "another is at hand, of fingerprint ";
        checks.accept(new Check(
                same && (held.isPresent() || needing == 0),
                "KEK " + id + " at hand",
                "wraps " + needing + " keys, " + where + (same ? "" : held.orElse(""))));
    }

    private final class Listener implements WrapVerification.Listener {
        private final LongConsumer looked;

        Listener(LongConsumer looked) {
            this.looked = looked;
        }

        @Override
        public void doesNotOpen(WrapVerification.Failure failure) {
            checks.accept(new Check(
                    false,
                    failure.kind() + " of " + failure.owner() + ", generation " + failure.generation(),
                    failure.reason() + ", under " + failure.kekId()));
        }

        @Override
        public void at(long count) {
            looked.accept(count);
        }
    }
}
