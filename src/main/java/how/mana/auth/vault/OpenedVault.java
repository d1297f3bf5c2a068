package how.mana.auth.vault;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KeyMaterial;

/** What its owner gets on opening a vault, depending on whose hands it is in. */
sealed interface OpenedVault {
    /** The key itself. Whoever takes it closes it. */
    record WithKey(KeyMaterial masterKey, KekId kekId, long generation) implements OpenedVault {}

    /** The user's own wrap, to be opened on the user's device. */
    record ForUser(RecoveryWrap recovery, long generation) implements OpenedVault {}
}
