package how.mana.auth.grant;

import how.mana.auth.caller.Caller;
import how.mana.auth.db.SyncTransactions;
import how.mana.auth.db.UserTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;

/** What AI workers decrypted of a user's, for that user. */
@Singleton
class AiAuditService {
    private final UserTransactions users;
    private final SyncTransactions sync;
    private final AiAuditRepository audit;

    AiAuditService(UserTransactions users, SyncTransactions sync, AiAuditRepository audit) {
        this.users = users;
        this.sync = sync;
        this.audit = audit;
    }

    /** The caller's newest rows. Only the main database knows whether the caller is live, so it is asked first. */
    Uni<List<AiAuditRow>> newest(Caller caller, int limit, Optional<String> missionId) {
        return users.as(caller, tx -> Uni.createFrom().voidItem())
                .chain(() -> sync.as(caller.user(), tx -> audit.newest(tx, caller.user(), limit, missionId)));
    }
}
