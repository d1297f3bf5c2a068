package how.mana.auth.account;

import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusIntegrationTest;
import io.quarkus.test.junit.TestProfile;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
@TestProfile(OwnTokens.class)
class WebClientJourneyIT extends WebClientJourneyTest {}
