package how.mana.auth.account;

import static io.restassured.RestAssured.given;

import how.mana.auth.AdminDatabase;
import how.mana.auth.Users;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.util.Map;

/** One user's account, asked for over HTTP and looked at in the database. */
final class Accounts {
    static final String PROFILE = "/api/v1/me/profile";
    static final String ONBOARDING = "/api/v1/me/onboarding";
    static final String UNAVAILABLE =
            "{\"error\":\"Service temporarily unavailable\",\"code\":\"SERVICE_UNAVAILABLE\"}";
    static final String BAD_TOKEN = "{\"statusCode\":401,\"message\":\"Invalid or expired token\"}";

    private static boolean warm;

    private final String id;
    private final String token;

    private Accounts(String id, String token) {
        this.id = id;
        this.token = token;
    }

    static Accounts ofNewUser() {
        var user = Users.create();
        return new Accounts(user.id(), user.token());
    }

    /** A cold JVM loads Hibernate with the first requests, which on a busy machine takes longer than the deadline. */
    static void warmUp() {
        var somebody = ofNewUser();
        for (var i = 0; i < 20 && !warm; i++) {
            warm = somebody.patch("{\"name\":\"Warm\"}").statusCode() == 200
                    && somebody.complete().statusCode() == 200
                    && somebody.reset().statusCode() == 200;
        }
    }

    static Accounts of(String id, String token) {
        return new Accounts(id, token);
    }

    String id() {
        return id;
    }

    Response patch(String body) {
        return request().contentType("application/json").body(body).patch(PROFILE);
    }

    Response onboarding() {
        return request().get(ONBOARDING);
    }

    Response complete() {
        return request().post(ONBOARDING + "/complete");
    }

    Response reset() {
        return request().patch(ONBOARDING + "/reset");
    }

    RequestSpecification request() {
        return given().header("Authorization", "Bearer " + token);
    }

    /** The whole row, as it is stored. */
    Map<String, Object> row() {
        return AdminDatabase.rows("SELECT * FROM auth.users WHERE id = ?", id).get(0);
    }
}
