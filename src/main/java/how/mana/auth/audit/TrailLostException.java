package how.mana.auth.audit;

/** The database took a row of the trail and did not keep it. */
final class TrailLostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    TrailLostException() {
        super("A row of the vault's trail was not stored: look for triggers and rules on auth.encryption_vault_audit");
    }
}
