package how.mana.auth.vault;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.db.UserTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * The one way a key leaves: opened after the commit and from what was committed. None is handed out that a row of the trail does
 * not vouch for, and none that could not be opened again.
 */
@Singleton
class KeyRelease {
    private static final Logger LOG = Logger.getLogger(KeyRelease.class);

    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final MasterKeys masterKeys;
    private final AuditTrail trail;

    KeyRelease(UserTransactions transactions, VaultRepository vaults, MasterKeys masterKeys, AuditTrail trail) {
        this.transactions = transactions;
        this.vaults = vaults;
        this.masterKeys = masterKeys;
        this.trail = trail;
    }

    /**
     * Opens what {@code recorded} vouches for. If it does not open, a second row says that nothing was released.
     *
     * @param attempted what that row says it was
     */
    Uni<OpenedVault> of(Caller caller, Recorded recorded, AuditAction attempted) {
        return of(caller, recorded, attempted, tx -> Uni.createFrom().voidItem());
    }

    /** @param takeBack what else to undo then, in the transaction of that row */
    Uni<OpenedVault> of(
            Caller caller, Recorded recorded, AuditAction attempted, Function<SqlConnection, Uni<Void>> takeBack) {
        var vault = recorded.vault();
        if (vault.custody() instanceof Custody.ByService held) {
            return Uni.createFrom()
                    .item(() -> masterKeys.open(vault, held))
                    .onFailure(VaultRefusal.class)
                    .recoverWithUni(failure -> correct(caller, recorded, attempted, takeBack, (VaultRefusal) failure))
                    .call(masterKey -> learnCheckValue(caller, vault, masterKey))
                    .map(masterKey ->
                            new OpenedVault.WithKey(masterKey, held.wrapped().kekId(), vault.generation()));
        }
        var sealed = ((Custody.ByUser) vault.custody()).sealed();
        return Uni.createFrom().item(new OpenedVault.ForUser(sealed, vault.generation()));
    }

    /** The trail already says that the key was released: say in a second row that it was not. */
    private <T> Uni<T> correct(
            Caller caller,
            Recorded recorded,
            AuditAction attempted,
            Function<SqlConnection, Uni<Void>> takeBack,
            VaultRefusal failure) {
        LOG.errorf("The vault of %s does not open: %s", caller.user(), failure.trailContext());
        var context = failure.trailContext() + ": nothing was released; corrects " + recorded.auditId();
        var entry = new AuditEntry(attempted, failure.kind().status(), context);
        return transactions
                .as(caller, tx -> takeBack.apply(tx).chain(() -> trail.record(tx, caller, entry)))
                .chain(() -> Uni.createFrom().failure(failure));
    }

    /** Adopted vaults have no check value until the service first sees their key. */
    private Uni<Void> learnCheckValue(Caller caller, Vault vault, KeyMaterial masterKey) {
        if (vault.checkValue().isPresent()) {
            return Uni.createFrom().voidItem();
        }
        var checkValue = masterKeys.checkValue(masterKey, vault.owner());
        return transactions
                .as(caller, tx -> vaults.learnCheckValue(tx, vault.owner(), vault.generation(), checkValue))
                // The user must not be refused their key because we could not note something down: next time, then.
                .onFailure()
                .invoke(failure -> LOG.warnf(failure, "No check value was stored for the vault of %s", caller.user()))
                .onFailure()
                .recoverWithNull();
    }

    /** @param auditId the row of the trail that says this vault was opened */
    record Recorded(Vault vault, String auditId) {}
}
