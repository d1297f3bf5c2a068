package how.mana.auth;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
class PipeliningIT extends PipeliningTest {}
