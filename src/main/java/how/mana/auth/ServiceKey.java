package how.mana.auth;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** The key that our own services show each other in {@code X-Service-Key}. Kept as a hash only. */
final class ServiceKey {
    /** That of the service before this one, for whoever did not set it. Good for a first look on one's own machine. */
    static final String FORMER_DEFAULT = "dev-service-key";

    private static final int LEAST_LENGTH = 16;

    private final byte[] hash;

    private ServiceKey(byte[] hash) {
        this.hash = hash;
    }

    static ServiceKey of(String key) {
        return new ServiceKey(sha256(key));
    }

    /**
     * The text of the key that the environment names.
     *
     * @throws BadEnvironmentException if there is none, or one that anybody can guess
     */
    static String required(Optional<String> named) {
        var key = named.orElseThrow(
                () -> new BadEnvironmentException(
                        "MANA_SERVICE_KEY is not set; make one with: openssl rand -hex 32, and give it to our other services too"));
        if (key.equals(FORMER_DEFAULT) || key.length() < LEAST_LENGTH) {
            throw new BadEnvironmentException("MANA_SERVICE_KEY can be guessed; make one with: openssl rand -hex 32");
        }
        return key;
    }

    /** Whether {@code shown} is this key, found out in time that tells nothing about it. */
    boolean matches(String shown) {
        return MessageDigest.isEqual(hash, sha256(shown));
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
