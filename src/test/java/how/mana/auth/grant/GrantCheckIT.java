package how.mana.auth.grant;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class GrantCheckIT extends GrantCheckTest {}
