package how.mana.auth.audit;

/** What was attempted. The words are stored and read by people and tools: append-only. */
public enum AuditAction {
    INIT("init"),
    FETCH("fetch"),
    FAILED_FETCH("failed_fetch"),
    ROTATE("rotate"),
    ROTATE_COMMIT("rotate_commit"),
    ROTATE_ABORT("rotate_abort"),
    RECOVERY_SET("recovery_set"),
    RECOVERY_CLEAR("recovery_clear"),
    RECOVERY_RESTORE("recovery_restore"),
    RECOVERY_PURGE("recovery_purge"),
    ZERO_KNOWLEDGE_ENABLE("zk_enable"),
    ZERO_KNOWLEDGE_DISABLE("zk_disable"),
    /** A request to switch zero-knowledge mode that does not say which way. */
    ZERO_KNOWLEDGE_CHANGE("zk_change"),
    /** A mission's key for the AI worker: apart from a fetch, because somebody else gets it. */
    GRANT("grant"),
    GRANT_REVOKE("grant_revoke");

    private final String word;

    AuditAction(String word) {
        this.word = word;
    }

    public String word() {
        return word;
    }
}
