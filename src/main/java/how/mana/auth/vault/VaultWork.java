package how.mana.auth.vault;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/**
 * The shape that every change to a vault has: under the vault's row lock, recorded in the same transaction if it is made,
 * recorded in a transaction of its own if it is refused.
 */
@Singleton
class VaultWork {
    static final int OK = 200;

    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final AuditTrail trail;

    VaultWork(UserTransactions transactions, VaultRepository vaults, AuditTrail trail) {
        this.transactions = transactions;
        this.vaults = vaults;
        this.trail = trail;
    }

    /**
     * Makes a change to the caller's vault, or refuses it and changes nothing.
     *
     * @param change gets the transaction and the locked vault; its item is the entry that records what was done
     */
    Uni<Void> change(Caller caller, AuditAction action, BiFunction<SqlConnection, Vault, Uni<AuditEntry>> change) {
        return trail.audited(
                caller,
                action,
                transactions
                        .as(caller, tx -> requireLocked(tx, caller)
                                .chain(vault -> change.apply(tx, vault))
                                .chain(entry -> trail.record(tx, caller, entry)))
                        .replaceWithVoid());
    }

    /** Refuses without looking at the vault, on the record. */
    <T> Uni<T> refuse(Caller caller, AuditAction action, VaultRefusal refusal) {
        return trail.audited(caller, action, Uni.createFrom().failure(refusal));
    }

    /** Finds the caller's vault and holds it until the transaction ends. */
    Uni<Vault> requireLocked(SqlConnection tx, Caller caller) {
        return vaults.lock(tx, caller.user()).map(found -> found.orElseThrow(VaultRefusal.NotInitialised::new));
    }
}
