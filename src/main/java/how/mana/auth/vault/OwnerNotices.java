package how.mana.auth.vault;

import how.mana.auth.caller.Caller;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;

/** Tells owners what was done to their vault, so that they hear of it if it was not them. How, others know. */
public interface OwnerNotices {
    /** What owners are told. */
    enum Notice {
        /** The service cannot open the vault any more. */
        ZERO_KNOWLEDGE_ENABLED,
        /** The service can open it again. */
        ZERO_KNOWLEDGE_DISABLED,
        /** In zero-knowledge mode the one wrap there was is another one now. */
        RECOVERY_WRAP_REPLACED,
        /** There is a new key. */
        VAULT_REKEYED
    }

    /**
     * Tells {@code owner}.
     *
     * @param tx the transaction of what was done: if that is rolled back, nothing was told
     */
    Uni<Void> tell(SqlConnection tx, Caller owner, Notice notice);
}
