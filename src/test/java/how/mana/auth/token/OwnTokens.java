package how.mana.auth.token;

import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;

/** The service as its own issuer. */
public final class OwnTokens implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
        return ServiceEnvironment.with(ServiceEnvironment.Tokens.OWN);
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }
}
