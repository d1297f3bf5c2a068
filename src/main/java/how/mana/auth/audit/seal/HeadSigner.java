package how.mana.auth.audit.seal;

import java.sql.Connection;
import java.sql.SQLException;

/** Puts signed heads on top of the one before. */
final class HeadSigner {
    private final Connection connection;
    private final AuditKeys.HeadKey key;

    private HeadSigner(Connection connection, AuditKeys.HeadKey key) {
        this.connection = connection;
        this.key = key;
    }

    /** Signs with the newest key, of which there must be one. */
    static HeadSigner with(Connection connection, AuditKeys keys) {
        return new HeadSigner(
                connection,
                keys.newest(StoredAuditKey.Purpose.HEAD).flatMap(keys::head).orElseThrow());
    }

    /** What a head says, less what follows from the one before. */
    record Said(Head.Kind kind, long last, long pruned, byte[] digest, byte[] chains) {}

    /** Stores the head after {@code before}. The caller holds {@link Heads#lock} since it read that one. */
    Head add(Head before, Said said, Progress progress) throws SQLException {
        var head = new Head(
                before.number() + 1,
                said.kind(),
                before.number() == 0 ? Head.noHash() : before.hash(),
                said.last(),
                said.pruned(),
                said.digest(),
                said.chains(),
                Heads.now(connection),
                key.id(),
                progress);
        Heads.add(connection, new Head.Signed(head, key.seed().sign(head.statement())));
        return head;
    }
}
