package how.mana.auth.crypto;

/**
 * What a wrap is bound to besides the id of its KEK. To unwrap, the caller says what it expects, from its own knowledge
 * and not from the row that holds the wrap.
 *
 * @param purpose what the key is for
 * @param owner whose key it is: a user id, or a key id
 * @param generation counts an owner's keys from 1
 */
public record WrapContext(Purpose purpose, String owner, long generation) {
    /** @throws IllegalArgumentException if there is no owner or the generation is below 1 */
    public WrapContext {
        if (owner.isEmpty()) {
            throw new IllegalArgumentException("A wrap has an owner");
        }
        if (generation < 1) {
            throw new IllegalArgumentException("Generations count from 1");
        }
    }

    /** The context of a user's master key. Rows older than the count of generations are of generation 1. */
    public static WrapContext masterKeyOf(String userId, long generation) {
        return new WrapContext(Purpose.MASTER_KEY, userId, generation);
    }

    /** The context of the signing key named {@code kid}. A new key gets a new name, so there is one generation. */
    public static WrapContext tokenSigningKey(String kid) {
        return new WrapContext(Purpose.TOKEN_SIGNING_KEY, kid, 1);
    }

    /** The context of the key named {@code id} that links the rows of the trail. */
    public static WrapContext auditSealKey(String id) {
        return new WrapContext(Purpose.AUDIT_SEAL_KEY, id, 1);
    }

    /** The context of the key named {@code id} that signs the heads of the trail. */
    public static WrapContext auditHeadKey(String id) {
        return new WrapContext(Purpose.AUDIT_HEAD_KEY, id, 1);
    }
}
