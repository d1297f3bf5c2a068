package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.FAILED_FETCH;
import static how.mana.auth.audit.AuditAction.INIT;
import static how.mana.auth.audit.AuditAction.ROTATE;

import how.mana.auth.audit.AuditAction;
import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.db.keks.Wrapping;
import how.mana.auth.vault.VaultRepository.NewWrap;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Makes, opens and rekeys vaults. Keys are opened after the commit and from what was committed: none is handed out that a
 * row of the trail does not vouch for, and none that could not be opened again.
 */
@Singleton
class VaultService {
    private static final Logger LOG = Logger.getLogger(VaultService.class);
    private static final int CREATED = 201;

    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final VaultWork work;
    private final MasterKeys masterKeys;
    private final AuditTrail trail;
    private final OwnerNotices notices;
    private final Wrapping wrapping;

    VaultService(
            UserTransactions transactions,
            VaultRepository vaults,
            VaultWork work,
            MasterKeys masterKeys,
            AuditTrail trail,
            OwnerNotices notices,
            Wrapping wrapping) {
        this.transactions = transactions;
        this.wrapping = wrapping;
        this.vaults = vaults;
        this.work = work;
        this.masterKeys = masterKeys;
        this.trail = trail;
        this.notices = notices;
    }

    /** Tells what the caller's vault looks like. Opens nothing and records nothing. */
    Uni<VaultStatus> status(Caller caller) {
        return vaults.status(caller);
    }

    /** Opens the caller's vault: the access is on record before the key is in the clear. */
    Uni<OpenedVault> open(Caller caller) {
        var auditId = trail.newId();
        return trail.counted(vaults.open(caller, auditId))
                .map(found -> new Recorded(found.orElseThrow(VaultRefusal.NotInitialised::new), auditId))
                .chain(recorded -> release(caller, recorded, FAILED_FETCH));
    }

    /** The same for another feature, whose statement records the access as its own kind of act. */
    Uni<OpenedVault> open(Caller caller, MasterKeyLoan.Reading reading) {
        return trail.counted(vaults.open(
                        caller,
                        reading.auditId(),
                        reading.statement(),
                        reading.arguments().toArray()))
                .map(found -> new Recorded(found.orElseThrow(VaultRefusal.NotInitialised::new), reading.auditId()))
                .chain(recorded -> release(caller, recorded, reading.action(), reading.takeBack()));
    }

    /** Makes the caller's vault, or opens the one that is there. Any number of parallel calls yield one key. */
    Uni<OpenedVault> create(Caller caller) {
        return trail.audited(
                        caller,
                        INIT,
                        wrapping.during(() -> transactions.as(caller, tx -> lockOrCreate(tx, caller)
                                .chain(held -> recorded(tx, caller, held.vault(), initEntry(held))))))
                .chain(recorded -> release(caller, recorded, INIT));
    }

    /** Replaces the caller's master key by a new one; makes the vault if there is none. */
    Uni<OpenedVault> rekey(Caller caller) {
        return trail.audited(
                        caller,
                        ROTATE,
                        wrapping.during(() -> transactions.as(
                                caller, tx -> lockOrCreate(tx, caller).chain(held -> rekey(tx, caller, held)))))
                .chain(recorded -> release(caller, recorded, ROTATE));
    }

    private Uni<Recorded> rekey(SqlConnection tx, Caller caller, Held held) {
        if (held.created()) {
            return recorded(tx, caller, held.vault(), new AuditEntry(ROTATE, CREATED, "init-on-rotate"));
        }
        if (!(held.vault().custody() instanceof Custody.ByService former)) {
            throw new VaultRefusal.ZeroKnowledgeForbidsRotation();
        }
        requireOpens(held.vault(), former);
        var wrap = masterKeys.generate(caller.user(), held.vault().generation() + 1);
        return vaults.rekey(tx, caller.user(), wrap)
                .chain(() -> notices.tell(tx, caller, OwnerNotices.Notice.VAULT_REKEYED))
                .chain(() -> recorded(tx, caller, fresh(caller, wrap), AuditEntry.of(ROTATE, VaultWork.OK)));
    }

    /** A wrap that does not open now may open once its KEK is mounted again: writing over it would lose the key for good. */
    private void requireOpens(Vault vault, Custody.ByService custody) {
        masterKeys.open(vault, custody).close();
    }

    private static AuditEntry initEntry(Held held) {
        if (held.created()) {
            return new AuditEntry(INIT, CREATED, "created");
        }
        var context = held.vault().custody() instanceof Custody.ByUser ? "already-exists-zk" : "already-exists";
        return new AuditEntry(INIT, VaultWork.OK, context);
    }

    /** Holds the caller's vault under its row lock, making it first if there is none. */
    private Uni<Held> lockOrCreate(SqlConnection tx, Caller caller) {
        return vaults.lock(tx, caller.user())
                .chain(found -> found.map(vault -> Uni.createFrom().item(new Held(vault, false)))
                        .orElseGet(() -> createOrJoin(tx, caller)));
    }

    private Uni<Held> createOrJoin(SqlConnection tx, Caller caller) {
        var wrap = masterKeys.generate(caller.user(), 1);
        return vaults.create(tx, caller.user(), wrap)
                .chain(created -> created
                        ? Uni.createFrom().item(new Held(fresh(caller, wrap), true))
                        // Another call was quicker; the insert waited for its commit, so its vault is there to lock.
                        : work.requireLocked(tx, caller).map(vault -> new Held(vault, false)));
    }

    private static Vault fresh(Caller caller, NewWrap wrap) {
        return new Vault(
                caller.user(),
                new Custody.ByService(wrap.wrapped(), Optional.empty()),
                wrap.generation(),
                Optional.of(wrap.checkValue()));
    }

    private Uni<Recorded> recorded(SqlConnection tx, Caller caller, Vault vault, AuditEntry entry) {
        return trail.record(tx, caller, entry).map(id -> new Recorded(vault, id));
    }

    private Uni<OpenedVault> release(Caller caller, Recorded recorded, AuditAction attempted) {
        return release(caller, recorded, attempted, tx -> Uni.createFrom().voidItem());
    }

    private Uni<OpenedVault> release(
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

    /** @param created by this transaction */
    private record Held(Vault vault, boolean created) {}

    /** @param auditId the row of the trail that says this vault was opened */
    private record Recorded(Vault vault, String auditId) {}
}
