package how.mana.auth.account;

import io.quarkus.test.junit.QuarkusIntegrationTest;

/** The same of the packaged service, be it a jar or a native executable. */
@QuarkusIntegrationTest
class AccountOutageIT extends AccountOutageTest {}
