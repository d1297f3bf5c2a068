package how.mana.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The key that our own services show each other in {@code X-Service-Key}. Kept as a hash only. */
final class ServiceKey {
    private static final String FORMER_DEFAULT = "dev-service-key";
    private static final int LEAST_LENGTH = 16;

    private final Optional<byte[]> hash;

    private ServiceKey(Optional<byte[]> hash) {
        this.hash = hash;
    }

    /** Nobody has it: every route that wants it is closed. */
    static ServiceKey none() {
        return new ServiceKey(Optional.empty());
    }

    /**
     * @param strict whether a key that anybody can guess is refused: always, but for a first look on one's own machine
     * @throws BadEnvironmentException if it is one
     */
    static ServiceKey of(String key, boolean strict) {
        if (strict && (key.equals(FORMER_DEFAULT) || key.length() < LEAST_LENGTH)) {
            throw new BadEnvironmentException("MANA_SERVICE_KEY can be guessed; make one with: openssl rand -hex 32");
        }
        return new ServiceKey(Optional.of(sha256(key)));
    }

    /** Whether {@code shown} is this key, found out in time that tells nothing about it. */
    boolean matches(String shown) {
        return hash.isPresent() && MessageDigest.isEqual(hash.get(), sha256(shown));
    }

    private static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "ServiceKey[hidden]";
    }
}
