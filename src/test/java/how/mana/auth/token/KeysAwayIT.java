package how.mana.auth.token;

import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
@TestProfile(KeysAwayTest.IssuerAway.class)
class KeysAwayIT extends KeysAwayTest {}
