package how.mana.auth.vault;

import how.mana.auth.caller.UserId;
import java.util.Optional;

/**
 * One user's vault as it is stored.
 *
 * @param generation which of the user's master keys this is, from 1
 * @param checkValue tells this master key from any other; empty for adopted vaults the service has not opened yet
 */
record Vault(UserId owner, Custody custody, long generation, Optional<byte[]> checkValue) {}
