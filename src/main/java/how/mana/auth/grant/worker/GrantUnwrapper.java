package how.mana.auth.grant.worker;

import how.mana.auth.grant.worker.UnwrapResult.Opened;
import how.mana.auth.grant.worker.UnwrapResult.Reason;
import how.mana.auth.grant.worker.UnwrapResult.Refused;
import java.time.Clock;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;

/** Turns a grant into an open mission, with the worker's private key and the ledger's consent. Safe for many threads. */
public final class GrantUnwrapper {
    private static final String VERSION = "v1";

    private final Optional<WorkerKey> workerKey;
    private final Clock clock;
    private final GrantLedger ledger;

    /**
     * Reads the key once.
     *
     * @param privateKeyPem the RSA private key as PKCS#8 PEM, its line ends real or spelled {@code \n}. Without one that
     *     can be read every grant is refused as {@link Reason#NOT_CONFIGURED}
     * @param ledger {@link GrantLedger#unchecked} if there is none, which has its price
     */
    public GrantUnwrapper(Optional<String> privateKeyPem, Clock clock, GrantLedger ledger) {
        this.workerKey = privateKeyPem.flatMap(WorkerKey::parse);
        this.clock = clock;
        this.ledger = ledger;
    }

    /**
     * Opens a grant. Nothing is decrypted before its end and the ledger were checked.
     *
     * @param grantJson the service's answer, as it was stored with the mission
     * @param userId the user the mission belongs to
     * @throws GrantLedger.UnavailableException if the ledger gives no answer
     */
    public UnwrapResult unwrap(String grantJson, String userId) {
        if (workerKey.isEmpty()) {
            return new Refused(Reason.NOT_CONFIGURED);
        }
        var parsed = MissionGrant.parse(grantJson);
        if (parsed.isEmpty()) {
            return new Refused(Reason.MALFORMED);
        }
        var grant = parsed.get();
        var objection = grant.isExpiredAt(clock.instant())
                ? Optional.of(Reason.EXPIRED)
                : objectionOf(ledger.check(grant, userId));
        return objection.<UnwrapResult>map(Refused::new).orElseGet(() -> open(workerKey.get(), grant, userId));
    }

    private static Optional<Reason> objectionOf(GrantLedger.Standing standing) {
        return switch (standing) {
            case OK -> Optional.empty();
            case EXPIRED -> Optional.of(Reason.EXPIRED);
            case MALFORMED -> Optional.of(Reason.MALFORMED);
            case REVOKED -> Optional.of(Reason.REVOKED);
        };
    }

    private static UnwrapResult open(WorkerKey workerKey, MissionGrant grant, String userId) {
        var wrapped = decode(grant.wrappedKey());
        if (wrapped.isEmpty() || !grant.derivation().version().equals(VERSION)) {
            return new Refused(Reason.MALFORMED);
        }
        var unwrapped = workerKey.unwrap(wrapped.get());
        if (unwrapped.isEmpty()) {
            return new Refused(Reason.WRAP_REJECTED);
        }
        byte[] key = unwrapped.get();
        if (key.length != MissionKey.LENGTH) {
            Arrays.fill(key, (byte) 0);
            return new Refused(Reason.MALFORMED);
        }
        return new Opened(new OpenMission(userId, grant.derivation(), MissionKey.takeOwnershipOf(key)));
    }

    private static Optional<byte[]> decode(String base64) {
        try {
            return Optional.of(Base64.getDecoder().decode(base64));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
