package how.mana.auth.grant;

import how.mana.auth.crypto.OaepPublicKey;
import java.util.Optional;
import org.jboss.logging.Logger;

/** The AI worker's public key, if there is a worker: what mission keys are sealed to. */
public final class WorkerKey {
    private static final Logger LOG = Logger.getLogger(WorkerKey.class);
    private static final int ADVISED_BITS = 3072;

    private final Optional<OaepPublicKey> key;

    private WorkerKey(Optional<OaepPublicKey> key) {
        this.key = key;
    }

    /** Nothing can be granted. */
    public static WorkerKey none() {
        return new WorkerKey(Optional.empty());
    }

    /**
     * Reads {@code MANA_AI_PUBLIC_KEY_PEM}; warns if the key is shorter than OWASP ASVS 11.2.3 advises.
     *
     * @throws IllegalStateException if that is no RSA key of at least 2048 bits
     */
    public static WorkerKey fromPem(String pem) {
        try {
            var key = OaepPublicKey.fromPem(pem);
            if (key.bits() < ADVISED_BITS) {
                LOG.warnf(
                        "MANA_AI_PUBLIC_KEY_PEM has %d bits; make one of %d or more when the worker's key is next changed",
                        key.bits(), ADVISED_BITS);
            }
            return new WorkerKey(Optional.of(key));
        } catch (IllegalArgumentException e) {
            throw new IllegalStateException("MANA_AI_PUBLIC_KEY_PEM cannot be used: " + e.getMessage()
                    + ". Set it to the worker's RSA public key in PEM (SubjectPublicKeyInfo), or unset it.");
        }
    }

    /** @throws GrantRefusal.NotConfigured if there is no worker */
    OaepPublicKey required() {
        return key.orElseThrow(GrantRefusal.NotConfigured::new);
    }
}
