package how.mana.auth.outbound;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.NotifyServer;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Local mode tells nobody anything, and shows what it would have said. */
@QuarkusTest
@TestProfile(LocalModeMailTest.Local.class)
class LocalModeMailTest {
    /** The beans of {@code mvn -Plocal}, in the environment of the other tests. */
    public static final class Local implements QuarkusTestProfile {
        @Override
        public String getConfigProfile() {
            return "local";
        }

        @Override
        public List<TestResourceEntry> testResources() {
            return List.of(new TestResourceEntry(ServiceEnvironment.class));
        }

        @Override
        public boolean disableGlobalTestResources() {
            return true;
        }
    }

    private static final String LINK = "https://auth.mana.how/api/auth/verify-email?token=t&callbackURL=%2F";

    @Inject
    Errands errands;

    @Test
    void mailIsOnAPageNewestFirstAndGoesNowhere() {
        var first = Errands.address();
        Errands.awaitDone(errands.add(Mail.verifyEmail(first, "<script>", LINK)));
        var second = Errands.address();
        Errands.awaitDone(errands.add(Mail.verifyEmail(second, "Anna", LINK)));

        var page = given().get("/local/mails").then().statusCode(200).extract().asString();

        assertThat(page)
                .containsSubsequence(second, first)
                .contains("E-Mail bestätigen — Mana", "href=\"" + LINK.replace("&", "&amp;") + "\"")
                .doesNotContain("<script");
        assertThat(NotifyServer.soFar(first)).isEmpty();
    }

    @Test
    void thePageDoesNotGrowForEver() {
        for (var i = 0; i <= LocalMails.KEPT; i++) {
            errands.add(Mail.passwordChanged(Errands.address(), "Anna"));
        }
        Errands.awaitDone(errands.add(Mail.passwordChanged(Errands.address(), "Last")));

        assertThat(given().get("/local/mails").asString().split("<h2>", -1)).hasSize(LocalMails.KEPT + 1);
    }

    @Test
    void nobodyIsCalled() {
        var user = Users.create().id();

        Errands.awaitDone(errands.add(Calls.creditsInit(user)));
        Errands.awaitDone(errands.add(Calls.bootstrap(user, "space")));

        assertThat(NotifyServer.soFar(user)).isEmpty();
    }
}
