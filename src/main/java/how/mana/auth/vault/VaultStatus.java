package how.mana.auth.vault;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * What a client asks before it offers a choice. Tells nothing about the key.
 *
 * @param recoverySetAt RFC 3339 with milliseconds in UTC; null if no recovery wrap was ever stored
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record VaultStatus(
        boolean vaultExists,
        boolean hasRecoveryWrap,
        boolean zeroKnowledge,
        @Nullable String recoverySetAt) {}
