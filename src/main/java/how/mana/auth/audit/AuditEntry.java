package how.mana.auth.audit;

import org.jspecify.annotations.Nullable;

/**
 * One row of the trail, less who and from where.
 *
 * @param status the HTTP status that the act was answered with
 * @param context more about the outcome, from a fixed vocabulary; never holds a secret
 */
public record AuditEntry(
        AuditAction action, int status, @Nullable String context) {
    public static AuditEntry of(AuditAction action, int status) {
        return new AuditEntry(action, status, null);
    }
}
