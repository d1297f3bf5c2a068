package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.StoredAuditKey.Purpose;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.KekOrders;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/** The keys of a sealer. They are made once, together with the first head, and never in the stead of others. */
final class SealingKeys implements AutoCloseable {
    private static final String LAST_USED = "SELECT key_id FROM auth.audit_seal ORDER BY ordinal DESC LIMIT 1";

    private final Connection connection;
    private final KekRing ring;
    private final SecureRandom random;
    private AuditKeys keys;

    private SealingKeys(Connection connection, KekRing ring, SecureRandom random) throws SQLException {
        this.connection = connection;
        this.ring = ring;
        this.random = random;
        this.keys = AuditKeys.open(connection, ring);
    }

    static SealingKeys open(Connection connection, KekRing ring, SecureRandom random) throws SQLException {
        return new SealingKeys(connection, ring, random);
    }

    /** Counts the wraps of keys that may have to be made, before the transaction that makes them. */
    void countFirst() throws SQLException {
        if (keys.isEmpty()) {
            KekOrders.count(connection, ring, Purpose.values().length);
        }
    }

    /**
     * Makes the keys if nothing was ever sealed. The caller holds {@link Heads#lock}.
     *
     * @param newest the head that is to be built on
     * @throws HistoryLostException if that is none of ours, or heads or keys are gone
     */
    void require(Optional<Heads.Newest> newest) throws SQLException {
        if (keys.isEmpty()) {
            reopen(); // another sealer may have made them meanwhile
        }
        var missing = Ground.missing(connection, keys, newest);
        if (missing.isPresent()) {
            throw new HistoryLostException(
                    missing.get().subject() + ": " + missing.get().detail());
        }
        if (newest.isEmpty()) {
            make();
        } else {
            requireOurs(newest.get());
        }
    }

    private void requireOurs(Heads.Newest newest) throws SQLException {
        if (!keys.signed(newest.signed())) {
            throw new HistoryLostException("The newest head is not signed by a key of ours");
        }
        for (var used : Jdbc.strings(connection, LAST_USED)) {
            if (keys.seal(used).isEmpty()) {
                throw new HistoryLostException("The audit key " + used + " is gone or does not open");
            }
        }
    }

    private void make() throws SQLException {
        for (var purpose : Purpose.values()) {
            StoredAuditKey.make(connection, purpose, ring, random);
        }
        reopen();
    }

    private void reopen() throws SQLException {
        keys.close();
        keys = AuditKeys.open(connection, ring);
    }

    /** Links rows with the newest key. */
    Chains chains() {
        var id = keys.newest(Purpose.SEAL).orElseThrow();
        return new Chains(connection, id, keys.seal(id).orElseThrow());
    }

    HeadSigner signer() {
        return HeadSigner.with(connection, keys);
    }

    @Override
    public void close() {
        keys.close();
    }
}
