package how.mana.auth.vault;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.Users;
import how.mana.auth.caller.UserId;
import how.mana.auth.token.NewToken;
import how.mana.auth.token.OwnTokens;
import how.mana.auth.token.TokenMinter;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A token of ours is worth no more than its session: that is asked of the database with every vault request. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class OwnTokenTest {
    private final TokenMinter minter;

    @Inject
    OwnTokenTest(TokenMinter minter) {
        this.minter = minter;
    }

    @Test
    void withALiveSessionItOpensTheVault() {
        var signedIn = SignedIn.create(minter);

        signedIn.post("/init").then().statusCode(200);
        signedIn.get("/key").then().statusCode(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE auth.sessions SET revoked_at = now() WHERE id = ?",
                "UPDATE auth.sessions SET expires_at = now() WHERE id = ?",
                "DELETE FROM auth.sessions WHERE id = ?"
            })
    void anEndedSessionEndsItAtOnce(String ending) {
        var signedIn = SignedIn.create(minter);
        signedIn.post("/init").then().statusCode(200);

        AdminDatabase.execute(ending, signedIn.session());

        assertRefused(signedIn.get("/key"));
        assertRefused(signedIn.get("/status"));
        assertRefused(signedIn.post("/rotate"));
    }

    @Test
    void anotherUsersSessionIsNone() {
        var alice = SignedIn.create(minter);
        var bob = SignedIn.create(minter);
        AdminDatabase.execute("UPDATE auth.sessions SET user_id = ? WHERE id = ?", bob.user(), alice.session());

        assertRefused(alice.get("/status"));
    }

    private static void assertRefused(Response answer) {
        answer.then().statusCode(401).body(equalTo("{\"statusCode\":401,\"message\":\"Invalid or expired token\"}"));
        assertThat(answer.asString()).doesNotContain("masterKey");
    }

    private record SignedIn(String user, String session, String token) {
        static SignedIn create(TokenMinter minter) {
            var user = Users.create().id();
            var session = UUID.randomUUID().toString();
            AdminDatabase.execute(
                    "INSERT INTO auth.sessions (id, token, user_id, expires_at)"
                            + " VALUES (?, encode(sha256(convert_to(?, 'UTF8')), 'hex'), ?, now() + interval '1 hour')",
                    session,
                    session,
                    user);
            var token = minter.mint(new NewToken(new UserId(user), session, "a@b", "user", "public"))
                    .await()
                    .atMost(Duration.ofSeconds(10));
            return new SignedIn(user, session, token);
        }

        Response get(String route) {
            return given().header("Authorization", "Bearer " + token).get(Vaults.PATH + route);
        }

        Response post(String route) {
            return given().header("Authorization", "Bearer " + token).post(Vaults.PATH + route);
        }
    }
}
