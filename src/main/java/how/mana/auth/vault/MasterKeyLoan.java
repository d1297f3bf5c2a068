package how.mana.auth.vault;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.KeyMaterial;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.function.Function;

/**
 * Lends a master key, for the length of one call, to a feature that derives another key from it. The one door through which
 * anything outside this package comes near a key.
 */
@Singleton
public class MasterKeyLoan {
    private final VaultService vaults;

    MasterKeyLoan(VaultService vaults) {
        this.vaults = vaults;
    }

    /**
     * Reads the caller's vault by {@code reading}, which records the access, and once that is committed calls {@code use} with
     * the opened key. The key is wiped when {@code use} returns.
     *
     * <p>Fails with 404 {@code VAULT_NOT_INITIALISED}, with 409 {@code ZK_ACTIVE}, and as {@code GET /key} does if the wrap
     * does not open; then a second row says that nothing was released.
     */
    public <T> Uni<T> lend(Caller caller, Reading reading, Function<KeyMaterial, T> use) {
        return vaults.open(caller, reading).map(opened -> {
            if (opened instanceof OpenedVault.WithKey with) {
                try (var masterKey = with.masterKey()) {
                    return use.apply(masterKey);
                }
            }
            throw new VaultRefusal.ZeroKnowledgeForbidsLending();
        });
    }

    /**
     * A statement that reads a vault and leaves a row of the trail, refusals included.
     *
     * @param action what the row says was attempted
     * @param auditId of that row
     * @param statement calls a SQL function that answers the columns of {@code auth.vault_open} and takes its five arguments
     * @param arguments what follows after those five
     * @param takeBack undoes what else the statement wrote, if the key then does not open; in the transaction that puts this
     *     on record
     */
    public record Reading(
            AuditAction action,
            String auditId,
            String statement,
            List<Object> arguments,
            Function<SqlConnection, Uni<Void>> takeBack) {}
}
