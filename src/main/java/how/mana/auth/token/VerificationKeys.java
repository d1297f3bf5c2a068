package how.mana.auth.token;

import io.smallrye.mutiny.Uni;
import java.util.Optional;

/** The public keys that may sign tokens for this service. */
interface VerificationKeys {
    /**
     * The key named {@code kid}; empty when the issuer is known to have none of that name. Fails with a refusal of kind
     * {@code UNAVAILABLE} when that cannot be found out now.
     */
    Uni<Optional<VerificationKey>> find(String kid);
}
