package how.mana.auth.session.password;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.util.OptionalInt;

/**
 * What a password hash costs, and how many are computed at a time. The service does not start with hashes weaker than
 * 19 MiB and two iterations.
 */
@ConfigMapping(prefix = "mana.password")
public interface PasswordConfig {
    /** Memory of a new Argon2id hash in KiB: 19456 to 65536. Another value re-hashes everybody at their next sign-in. */
    @WithDefault("19456")
    int memoryKib();

    /** Iterations of a new Argon2id hash: 2 to 16. Another value re-hashes everybody at their next sign-in. */
    @WithDefault("2")
    int iterations();

    /** Hashes computed at a time; as many as there are processors, unless set. Each takes up to 32 MiB or {@link #memoryKib}. */
    OptionalInt threads();

    /** Checks that wait for a worker; one more is refused with 503. */
    @WithDefault("64")
    int queueLength();

    /**
     * Whether every check lasts as long as the slowest while hashes of different costs are in use. Without it the time of an
     * answer tells whether an e-mail address is registered: switch it off to measure, and for nothing else.
     */
    @WithDefault("true")
    boolean padding();
}
