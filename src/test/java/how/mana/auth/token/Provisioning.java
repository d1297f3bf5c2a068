package how.mana.auth.token;

import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.util.List;

/** An external issuer, whose users are made on first sight. */
public final class Provisioning implements QuarkusTestProfile {
    @Override
    public List<TestResourceEntry> testResources() {
        return ServiceEnvironment.with(ServiceEnvironment.Tokens.PROVISIONING);
    }

    @Override
    public boolean disableGlobalTestResources() {
        return true;
    }
}
