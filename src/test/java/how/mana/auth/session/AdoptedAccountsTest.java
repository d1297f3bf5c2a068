package how.mana.auth.session;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.NATIVE;
import static how.mana.auth.Accounts.PASSWORD;
import static how.mana.auth.Accounts.post;
import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Whoever used the old service goes on: with their password, their session, their cookie, and the link in their mailbox. */
@QuarkusTest
@TestProfile(AdoptedAccountsTest.Adopted.class)
class AdoptedAccountsTest {
    private static final String TOKEN_OF_GRACE = "GraceGraceGraceGraceGraceGrace01";
    private static final String TOKEN_OF_HEIDI = "HeidiHeidiHeidiHeidiHeidiHeidi01";

    /** On a database that the old service made. */
    public static final class Adopted implements QuarkusTestProfile {
        @Override
        public List<TestResourceEntry> testResources() {
            return ServiceEnvironment.adopted("old-service-accounts.sql");
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    @Test
    void theOldPasswordSignsIn() {
        var answer = Accounts.login("Grace@example.org", PASSWORD);

        answer.then().statusCode(200).body("user.id", equalTo("grace")).body("user.accessTier", equalTo("founder"));
        Accounts.login("grace@example.org", "another").then().statusCode(401);
        post(AUTH + "/validate", Map.of("token", answer.path("accessToken")))
                .then()
                .body("payload.role", equalTo("admin"));
    }

    @Test
    void theOldRefreshTokenStillRenews() {
        var answer = post(AUTH + "/refresh", Map.of("refreshToken", TOKEN_OF_GRACE));

        answer.then().statusCode(200).body("refreshToken", equalTo(TOKEN_OF_GRACE));
        post(AUTH + "/validate", Map.of("token", answer.path("accessToken")))
                .then()
                .body("payload.sid", equalTo("session-of-grace"));
    }

    @Test
    void theOldCookieIsStillGood() {
        var cookie = Accounts.COOKIE + "=" + TestCookie.of(TOKEN_OF_HEIDI);

        given().header("Cookie", cookie).get(NATIVE + "/get-session").then().body("user.id", equalTo("heidi"));
    }

    @Test
    void aSessionThatHadEndedStaysEnded() {
        post(AUTH + "/refresh", Map.of("refreshToken", "HeidiHeidiHeidiHeidiHeidiHeidi02"))
                .then()
                .statusCode(401);
    }

    @Test
    void noTokenIsInTheClearAnyMore() {
        assertThat(AdminDatabase.rows("SELECT token FROM auth.sessions WHERE token !~ '^[0-9a-f]{64}$'"))
                .isEmpty();
        assertThat(AdminDatabase.rows("SELECT 1 FROM auth.verification v WHERE v::text LIKE '%IvanIvan%'"))
                .isEmpty();
    }

    @Test
    void theLockOfAnAddressIsKept() {
        Accounts.login("judy@example.org", PASSWORD).then().statusCode(429).body("error", equalTo("ACCOUNT_LOCKED"));
    }
}
