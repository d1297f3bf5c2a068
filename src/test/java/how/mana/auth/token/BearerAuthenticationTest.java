package how.mana.auth.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.caller.UserId;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import jakarta.inject.Inject;
import java.time.Duration;
import org.jose4j.jwa.AlgorithmConstraints;
import org.jose4j.jwk.JsonWebKeySet;
import org.jose4j.jwt.consumer.JwtConsumerBuilder;
import org.jose4j.keys.resolvers.JwksVerificationKeyResolver;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The wire: what a client sees of tokens. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class BearerAuthenticationTest {
    private static final String WHO_AM_I = "/api/v1/me/whoami";
    private static final String MISSING =
            "{\"statusCode\":401,\"message\":\"Missing or invalid Authorization header\"}";
    private static final String INVALID = "{\"statusCode\":401,\"message\":\"Invalid or expired token\"}";

    private final TokenMinter minter;

    @Inject
    BearerAuthenticationTest(TokenMinter minter) {
        this.minter = minter;
    }

    @Test
    void aTokenSaysWhoIsCalling() {
        var answer = bearing(token("user")).header("User-Agent", "test/1").get(WHO_AM_I);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.jsonPath().getString("user")).isEqualTo("alice");
        assertThat(answer.jsonPath().getString("session")).isEqualTo("s1");
        assertThat(answer.jsonPath().getString("address")).isEqualTo("127.0.0.1");
        assertThat(answer.jsonPath().getString("userAgent")).isEqualTo("test/1");
        assertThat(answer.jsonPath().getList("roles")).isEqualTo(java.util.List.of("user"));
        assertThat(answer.jsonPath().getString("tier")).isEqualTo("founder");
    }

    @Test
    void theRoleOfTheTokenOpensItsRoutes() {
        assertThat(bearing(token("admin")).get(WHO_AM_I + "/admin").statusCode())
                .isEqualTo(200);
        assertThat(bearing(token("user")).get(WHO_AM_I + "/admin").statusCode()).isEqualTo(403);
    }

    @Test
    void withoutATokenTheHeaderIsMissing() {
        assertRefused(given().get(WHO_AM_I), MISSING);
        assertRefused(given().get(WHO_AM_I + "/admin"), MISSING);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"bearer %s", "BEARER %s", "Bearer\t%s", "Token %s", "Basic YTpi", "%s", "", "Bearer", "Bearer "})
    void anotherSchemeIsNone(String header) {
        assertRefused(
                given().header("Authorization", header.formatted(token("user"))).get(WHO_AM_I), MISSING);
    }

    @Test
    void aCookieIsNone() {
        assertRefused(
                given().cookie("Authorization", "Bearer " + token("user"))
                        .cookie("mana.session_token", token("user"))
                        .get(WHO_AM_I),
                MISSING);
    }

    @Test
    void twoHeadersAreNone() {
        assertRefused(
                given().header("Authorization", "Bearer " + token("user"), "Bearer " + token("admin"))
                        .get(WHO_AM_I),
                MISSING);
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "a.b.c", " x", "eyJhbGciOiJub25lIn0.e30."})
    void aBadTokenIsInvalid(String token) {
        assertRefused(bearing(token).get(WHO_AM_I), INVALID);
    }

    @Test
    void aStrangersTokenIsInvalid() {
        assertRefused(bearing(new Forge().token()).get(WHO_AM_I), INVALID);
    }

    @Test
    void anExpiredTokenIsInvalid() {
        assertRefused(bearing(mint("user", Duration.ofSeconds(-1))).get(WHO_AM_I), INVALID);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/api/auth/jwks", "/api/v1/auth/jwks", "/.well-known/jwks.json"})
    void theKeysArePublic(String route) {
        var answer = given().header("Authorization", "Bearer nonsense").get(route);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.header("Cache-Control")).isEqualTo("public, max-age=60");
        assertThat(answer.asString())
                .matches("\\{\"keys\":\\[\\{\"alg\":\"EdDSA\",\"crv\":\"Ed25519\",\"kty\":\"OKP\","
                        + "\"x\":\"[A-Za-z0-9_-]{43}\",\"kid\":\"[A-Za-z0-9]{32}\"}]}");
    }

    @Test
    void aTokenOfOursIsVerifiedByAnotherLibraryWithThePublishedKeys() throws Exception {
        var published = new JsonWebKeySet(given().get("/.well-known/jwks.json").asString());

        var claims = new JwtConsumerBuilder()
                .setVerificationKeyResolver(new JwksVerificationKeyResolver(published.getJsonWebKeys()))
                .setJwsAlgorithmConstraints(AlgorithmConstraints.ConstraintType.PERMIT, "EdDSA")
                .setExpectedIssuer("http://localhost:3001")
                .setExpectedAudience("mana")
                .setRequireExpirationTime()
                .build()
                .processToClaims(token("user"));

        assertThat(claims.getClaimsMap().keySet())
                .containsExactly("iat", "sub", "email", "role", "sid", "tier", "exp", "iss", "aud");
        assertThat(claims.getSubject()).isEqualTo("alice");
    }

    private static void assertRefused(Response answer, String body) {
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.asString()).isEqualTo(body);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        assertThat(answer.headers().getValues("WWW-Authenticate")).containsExactly("Bearer");
    }

    private static RequestSpecification bearing(String token) {
        return given().header("Authorization", "Bearer " + token);
    }

    private String token(String role) {
        return mint(role, TokenMinter.ACCESS_LIFETIME);
    }

    private String mint(String role, Duration lifetime) {
        var claims = new NewToken(new UserId("alice"), "s1", "alice@example.com", role, "founder");
        return minter.mint(claims, lifetime).await().atMost(Duration.ofSeconds(5));
    }
}
