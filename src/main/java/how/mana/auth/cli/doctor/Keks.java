package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.keks.KnownKek;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether the KEKs at hand are those that the database was used with, by fingerprint. */
final class Keks implements DatabaseCheck {
    @Override
    public String name() {
        return "keks";
    }

    @Override
    public List<Finding> look(Connection serving, Operation operation) throws SQLException {
        var ring = operation.keks();
        var known = KekRegistry.known(serving);
        var findings = new ArrayList<Finding>();
        known.forEach(kek -> findings.add(finding(kek, fingerprint(ring, kek.id()))));
        if (known.stream().noneMatch(kek -> kek.state() == KnownKek.State.ACTIVE)) {
            findings.add(
                    Finding.warn("no KEK wraps yet: the first start makes " + ring.wanted() + " the one that does"));
        } else if (known.stream().noneMatch(kek -> isActive(kek, ring.wanted()))) {
            findings.add(
                    Finding.warn(ring.wanted() + " is wanted by MANA_AUTH_KEK_ID and does not wrap: see kek status"));
        }
        return findings;
    }

    private static boolean isActive(KnownKek kek, KekId id) {
        return kek.state() == KnownKek.State.ACTIVE && kek.id().equals(id.value());
    }

    private static Optional<String> fingerprint(KekRing ring, String id) {
        return KekId.isValid(id) ? ring.fingerprint(new KekId(id)) : Optional.empty();
    }

    private static Finding finding(KnownKek kek, Optional<String> atHand) {
        var named = "KEK " + kek.id() + " (" + kek.state().word() + ", fingerprint "
                + kek.fingerprint().orElse("not recorded") + ")";
        if (atHand.isEmpty()) {
            return missing(kek, named);
        }
        if (kek.fingerprint().isEmpty()) {
            return Finding.warn(named + " is at hand with fingerprint " + atHand.get()
                    + ", and nobody has tried it: start the service, which does");
        }
        return kek.fingerprint().equals(atHand)
                ? Finding.ok(named + " is at hand")
                : Finding.fail(named + " is at hand with other bytes, fingerprint " + atHand.get()
                        + ": mount the KEK that this database was used with under that id");
    }

    private static Finding missing(KnownKek kek, String named) {
        return switch (kek.state()) {
            case ACTIVE, RETIRING ->
                Finding.fail(named + " is not at hand: put it into MANA_AUTH_KEK_DIR as a file of that name");
            case ANNOUNCED -> Finding.warn(named + " is not at hand, and waits for every replica to have it");
            case LOST -> Finding.warn(named + " is declared lost: what it wrapped stays closed");
            case RETIRED -> Finding.ok(named + " is not at hand, and nothing needs it");
        };
    }
}
