package how.mana.auth.grant;

import io.quarkus.test.junit.QuarkusIntegrationTest;

@QuarkusIntegrationTest
class WorkerJourneyIT extends WorkerJourneyTest {}
