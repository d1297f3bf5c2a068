package how.mana.auth.grant;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
@TestProfile(NoSyncDatabaseTest.NoSync.class)
class NoSyncDatabaseIT extends NoSyncDatabaseTest {}
