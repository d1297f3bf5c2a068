package how.mana.auth.vault;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
class RefusalIT extends RefusalTest {}
