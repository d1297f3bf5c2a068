package how.mana.auth.crypto;

/** What a wrapped key is for. Part of what the wrap is bound to, so a wrap made for one purpose never opens for another. */
public enum Purpose {
    /** A user's master key; the owner is the user id. */
    MASTER_KEY("master-key"),
    /** The private part of a token signing key; the owner is the {@code kid}. */
    TOKEN_SIGNING_KEY("token-signing-key"),
    /** A key that links the rows of the trail; the owner is the key's id. */
    AUDIT_SEAL_KEY("audit-seal-key"),
    /** The private part of a key that signs the trail's heads, which no token is ever verified with; the owner is the key's id. */
    AUDIT_HEAD_KEY("audit-head-key");

    private final String label;

    Purpose(String label) {
        this.label = label;
    }

    /** The name inside the wrap. Never changes: every stored wrap depends on it. */
    public String label() {
        return label;
    }
}
