package how.mana.auth.problem;

/** How many bytes of body the routes read: no more than their largest sensible request, so that nobody can fill memory. */
public enum BodyCap {
    VAULT(16),
    /** A scope of a thousand records is some 45 KB. */
    GRANT(256),
    OTHER(64);

    private static final int KIBIBYTE = 1024;

    private final int bytes;

    BodyCap(int kibibytes) {
        this.bytes = kibibytes * KIBIBYTE;
    }

    public int bytes() {
        return bytes;
    }

    /** The cap of the routes below {@code path}. */
    public static BodyCap of(String path) {
        if (Envelope.isUnder(path, "/api/v1/me/encryption-vault")) {
            return VAULT;
        }
        return Envelope.isUnder(path, "/api/v1/me/ai-mission-grant") ? GRANT : OTHER;
    }
}
