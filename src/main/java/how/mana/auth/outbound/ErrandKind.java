package how.mana.auth.outbound;

import java.util.Optional;
import java.util.stream.Stream;

/** What there is to say to others, and where it is heard (contract A14). */
enum ErrandKind {
    VERIFY_EMAIL("verify-email", Target.NOTIFY, Paths.SEND),
    RESET_PASSWORD("reset-password", Target.NOTIFY, Paths.SEND),
    CHANGE_EMAIL("change-email", Target.NOTIFY, Paths.SEND),
    EMAIL_CHANGED("email-changed", Target.NOTIFY, Paths.SEND),
    PASSWORD_CHANGED("password-changed", Target.NOTIFY, Paths.SEND),
    ACCOUNT_DELETED("account-deleted", Target.NOTIFY, Paths.SEND),
    ZERO_KNOWLEDGE_ENABLED("zero-knowledge-enabled", Target.NOTIFY, Paths.SEND),
    ZERO_KNOWLEDGE_DISABLED("zero-knowledge-disabled", Target.NOTIFY, Paths.SEND),
    RECOVERY_WRAP_REPLACED("recovery-wrap-replaced", Target.NOTIFY, Paths.SEND),
    VAULT_REKEYED("vault-rekeyed", Target.NOTIFY, Paths.SEND),
    CREDITS_INIT("credits-init", Target.CREDITS, "/api/v1/internal/credits/init"),
    REDEEM_GIFTS("redeem-gifts", Target.CREDITS, "/api/v1/internal/gifts/redeem-pending"),
    MAILBOX("mailbox", Target.MAILBOXES, "/api/v1/internal/mail/on-user-created"),
    BOOTSTRAP("bootstrap", Target.SYNC, "");

    private final String stored;
    private final Target target;
    private final String path;

    ErrandKind(String stored, Target target, String path) {
        this.stored = stored;
        this.target = target;
        this.path = path;
    }

    /** As the database and the metrics spell it; never changes. */
    String stored() {
        return stored;
    }

    Target target() {
        return target;
    }

    /** Below the target's URL; empty if it is no HTTP service. */
    String path() {
        return path;
    }

    /** Empty for a kind that only a newer version knows. */
    static Optional<ErrandKind> of(String stored) {
        return Stream.of(values()).filter(kind -> kind.stored.equals(stored)).findAny();
    }

    /** What {@code target} hears from this version, as stored. */
    static String[] storedFor(Target target) {
        return Stream.of(values())
                .filter(kind -> kind.target == target)
                .map(ErrandKind::stored)
                .toArray(String[]::new);
    }

    /** Here, because an enum's own constants are not there yet when its values are made. */
    private static final class Paths {
        static final String SEND = "/api/v1/notifications/send";
    }
}
