package how.mana.auth.audit.seal;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.LinkKey;
import how.mana.auth.crypto.SigningSeed;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.db.jdbc.Jdbc;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * The keys of {@code auth.audit_keys}, opened. A row counts only if its private part opens for its purpose and id and, of a head
 * key, derives the public part beside it: who can write the row but holds no KEK makes no key. Wiped by {@link #close}.
 */
final class AuditKeys implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(AuditKeys.class);

    private static final String OLDEST_FIRST = """
            SELECT id, purpose, public_key, wrapped_key, wrap_iv, format_version, kek_id
            FROM auth.audit_keys
            ORDER BY created_at, id
            """;

    private final Map<String, LinkKey> seals = new LinkedHashMap<>();
    private final Map<String, HeadKey> heads = new LinkedHashMap<>();

    private AuditKeys() {}

    /** A key that signs heads, with its public part. */
    record HeadKey(String id, byte[] publicKey, SigningSeed seed) {}

    /**
     * @throws KekUnavailableException if the ring lacks the KEK of one of them: to go on without it would be to begin a new history
     */
    static AuditKeys open(Connection connection, KekRing ring) throws SQLException {
        var keys = new AuditKeys();
        try {
            for (var stored : Jdbc.rows(connection, StoredAuditKey::of, OLDEST_FIRST)) {
                keys.add(stored, ring);
            }
            return keys;
        } catch (RuntimeException | SQLException e) {
            keys.close();
            throw e;
        }
    }

    private void add(StoredAuditKey stored, KekRing ring) {
        try {
            var key = ring.unwrap(stored.wrapped(), stored.context());
            if (stored.isHead()) {
                addHead(stored, new SigningSeed(key));
            } else {
                seals.put(stored.id(), new LinkKey(key));
            }
        } catch (UnwrapFailedException e) {
            LOG.warnf("The audit key %s does not open as what it says it is: ignored", stored.id());
        }
    }

    private void addHead(StoredAuditKey stored, SigningSeed seed) {
        if (MessageDigest.isEqual(seed.publicKey(), stored.publicKey())) {
            heads.put(stored.id(), new HeadKey(stored.id(), seed.publicKey(), seed));
        } else {
            seed.close();
            LOG.warnf("The audit key %s publishes another key than its own: ignored", stored.id());
        }
    }

    Optional<LinkKey> seal(String id) {
        return Optional.ofNullable(seals.get(id));
    }

    Optional<HeadKey> head(String id) {
        return Optional.ofNullable(heads.get(id));
    }

    boolean isEmpty() {
        return seals.isEmpty() && heads.isEmpty();
    }

    /** Whether one of these keys answers for it. */
    boolean signed(Head.Signed signed) {
        return head(signed.head().keyId())
                .filter(key -> SigningSeed.signed(key.publicKey(), signed.head().statement(), signed.signature()))
                .isPresent();
    }

    /** Whether the key that {@code seal} names answers for {@code row} at that place of the chain, behind {@code previous}. */
    boolean vouch(Seal seal, Sealable row, byte[] previous) {
        return seal(seal.keyId())
                .filter(key -> key.vouches(Seal.message(seal.keyId(), row, seal.seq(), previous), seal.link()))
                .isPresent();
    }

    /** The id of the key that does this now; empty if none was ever made. */
    Optional<String> newest(StoredAuditKey.Purpose purpose) {
        var ids =
                switch (purpose) {
                    case SEAL -> seals.keySet();
                    case HEAD -> heads.keySet();
                };
        return ids.stream().reduce((older, newer) -> newer);
    }

    @Override
    public void close() {
        seals.values().forEach(LinkKey::close);
        heads.values().forEach(key -> key.seed().close());
    }
}
