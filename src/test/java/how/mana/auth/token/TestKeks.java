package how.mana.auth.token;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import io.quarkus.arc.DefaultBean;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.List;

/** A ring for tests, as long as nobody else provides one. */
@Singleton
class TestKeks {
    @Produces
    @Singleton
    @DefaultBean
    KekRing ring(SecureRandom random) {
        var key = new byte[32];
        random.nextBytes(key);
        return KekRing.of(List.of(Kek.takeOwnershipOf(KekId.DEFAULT, key)), KekId.DEFAULT, random);
    }
}
