package how.mana.auth.vault;

import how.mana.auth.crypto.WrappedKey;
import java.util.Optional;

/** In whose hands a master key is. A type and not a flag, so that a key cannot be asked of the wrong hands. */
sealed interface Custody {
    /** The wrap that the user keeps the code for, if there is one. */
    Optional<RecoveryWrap> recovery();

    /** The service can open it, for its owner. */
    record ByService(WrappedKey wrapped, Optional<RecoveryWrap> recovery) implements Custody {}

    /** Zero-knowledge mode: only the user can open it, with the recovery code. */
    record ByUser(RecoveryWrap sealed) implements Custody {
        @Override
        public Optional<RecoveryWrap> recovery() {
            return Optional.of(sealed);
        }
    }
}
