package how.mana.auth.grant;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.ServiceEnvironment;
import how.mana.auth.TestIssuer;
import how.mana.auth.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A service without SYNC_DATABASE_URL: everything else works. */
@QuarkusTest
@TestProfile(NoSyncDatabaseTest.NoSync.class)
class NoSyncDatabaseTest {
    /** The variable is not set. */
    public static final class NoSync implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return ServiceEnvironment.withoutSync();
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    private static final String PATH = "/api/v1/me/ai-audit";

    @Test
    void theRecordIsUnavailableAndTheOperatorIsToldWhy() {
        given().header("Authorization", "Bearer " + Users.create().token())
                .get(PATH)
                .then()
                .statusCode(503)
                .header("Content-Type", equalTo("application/json"))
                .body(equalTo(
                        "{\"error\":\"This service has no sync database; its operator has to set SYNC_DATABASE_URL\","
                                + "\"code\":\"SYNC_NOT_CONFIGURED\"}"));
    }

    @Test
    void onlyALiveCallerLearnsThat() {
        given().header("Authorization", "Bearer " + TestIssuer.instance().tokenFor("nobody-at-all"))
                .get(PATH)
                .then()
                .statusCode(401);
    }

    @Test
    void theRestOfTheServiceServes() {
        given().get("/q/health/ready").then().statusCode(200);
        given().header("Authorization", "Bearer " + Users.create().token())
                .post("/api/v1/me/encryption-vault/init")
                .then()
                .statusCode(200);
    }
}
