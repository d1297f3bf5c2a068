package how.mana.auth.token;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same of the packaged service: a native executable has to hold the cache's classes. */
@QuarkusIntegrationTest
@TestProfile(Provisioning.class)
class FirstSightIT extends FirstSightTest {}
