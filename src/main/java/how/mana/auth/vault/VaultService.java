package how.mana.auth.vault;

import static how.mana.auth.audit.AuditAction.FAILED_FETCH;
import static how.mana.auth.audit.AuditAction.INIT;

import how.mana.auth.audit.AuditEntry;
import how.mana.auth.audit.AuditTrail;
import how.mana.auth.caller.Caller;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.db.keks.Wrapping;
import how.mana.auth.vault.KeyRelease.Recorded;
import how.mana.auth.vault.VaultWork.Held;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;

/** Makes and opens vaults. */
@Singleton
class VaultService {
    private final UserTransactions transactions;
    private final VaultRepository vaults;
    private final RetainedKeys retained;
    private final VaultWork work;
    private final AuditTrail trail;
    private final KeyRelease release;
    private final Wrapping wrapping;

    VaultService(
            UserTransactions transactions,
            VaultRepository vaults,
            RetainedKeys retained,
            VaultWork work,
            AuditTrail trail,
            KeyRelease release,
            Wrapping wrapping) {
        this.transactions = transactions;
        this.vaults = vaults;
        this.retained = retained;
        this.work = work;
        this.trail = trail;
        this.release = release;
        this.wrapping = wrapping;
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
                .chain(recorded -> release.of(caller, recorded, FAILED_FETCH));
    }

    /** The same for another feature, whose statement records the access as its own kind of act. */
    Uni<OpenedVault> open(Caller caller, MasterKeyLoan.Reading reading) {
        return trail.counted(vaults.open(
                        caller,
                        reading.auditId(),
                        reading.statement(),
                        reading.arguments().toArray()))
                .map(found -> new Recorded(found.orElseThrow(VaultRefusal.NotInitialised::new), reading.auditId()))
                .chain(recorded -> release.of(caller, recorded, reading.action(), reading.takeBack()));
    }

    /** The same for one generation of the caller's key, as long as it is the present one or retained. */
    Uni<OpenedVault> open(Caller caller, GenerationRequest request) {
        if (!(request instanceof GenerationRequest.Of wanted)) {
            return work.refuse(caller, FAILED_FETCH, new VaultRefusal.BadRequest(GenerationRequest.SHAPE));
        }
        var auditId = trail.newId();
        return trail.counted(retained.open(caller, auditId, wanted.generation()))
                .chain(vault -> release.of(caller, new Recorded(vault, auditId), FAILED_FETCH));
    }

    /** Makes the caller's vault, or opens the one that is there. Any number of parallel calls yield one key. */
    Uni<OpenedVault> create(Caller caller) {
        return trail.audited(
                        caller,
                        INIT,
                        wrapping.during(() -> transactions.as(caller, tx -> work.lockOrCreate(tx, caller)
                                .chain(held -> work.recorded(tx, caller, held.vault(), initEntry(held))))))
                .chain(recorded -> release.of(caller, recorded, INIT));
    }

    private static AuditEntry initEntry(Held held) {
        if (held.created()) {
            return new AuditEntry(INIT, VaultWork.CREATED, "created");
        }
        var context = held.vault().custody() instanceof Custody.ByUser ? "already-exists-zk" : "already-exists";
        return new AuditEntry(INIT, VaultWork.OK, context);
    }
}
