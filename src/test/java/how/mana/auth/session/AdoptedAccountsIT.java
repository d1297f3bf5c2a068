package how.mana.auth.session;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
@TestProfile(AdoptedAccountsTest.Adopted.class)
class AdoptedAccountsIT extends AdoptedAccountsTest {}
