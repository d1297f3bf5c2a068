package how.mana.auth;

import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;

/** The service with the limits that it comes with. One profile for all who need them: each other one would start it anew. */
public final class RealLimits implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
        return ServiceEnvironment.withLimits();
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }
}
