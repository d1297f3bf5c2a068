package how.mana.auth.internal;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class UserIT extends UserTest {}
