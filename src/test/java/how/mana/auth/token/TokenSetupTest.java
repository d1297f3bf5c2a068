package how.mana.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSetupTest {
    private static final String URL = "mana.token.external.jwks-url";
    private static final String ISSUER = "mana.token.external.issuer";

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void stop() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void withoutAnExternalIssuerOurOwnTokensCount() {
        assertThat(external(Map.of())).isEmpty();
        assertThat(config(Map.of()).issuer()).isEqualTo("http://localhost:3001");
        assertThat(config(Map.of()).cacheSize()).isEqualTo(20_000);
    }

    @ParameterizedTest
    @ValueSource(strings = {"https://id.example/jwks", "http://id.example/jwks"})
    void anExternalIssuersTokensCountAndTheirSessionsDoNot(String url) {
        var issuer = external(Map.of(URL, url, ISSUER, "https://id.example")).orElseThrow();

        assertThat(issuer.rules()).isEqualTo(new ClaimRules("https://id.example", ClaimRules.Sessions.UNKNOWN));
        assertThat(issuer.keys()).isInstanceOf(ExternalKeys.class);
    }

    @Test
    void oneOfTheTwoAloneIsRefusedByName() {
        assertThatIllegalStateException()
                .isThrownBy(() -> external(Map.of(URL, "https://id.example/jwks")))
                .withMessage("AUTH_JWKS_URL is set but AUTH_ISSUER is not: set both, or neither");
        assertThatIllegalStateException()
                .isThrownBy(() -> external(Map.of(ISSUER, "https://id.example")))
                .withMessage("AUTH_ISSUER is set but AUTH_JWKS_URL is not: set both, or neither");
    }

    @ParameterizedTest
    @ValueSource(strings = {"ftp://id.example/", "file:///etc/passwd", "id.example/jwks", "https://a:hush@id.example/"})
    void anotherKindOfUrlIsRefusedWithoutRepeatingIt(String url) {
        assertThatIllegalStateException()
                .isThrownBy(() -> external(Map.of(URL, url, ISSUER, "https://id.example")))
                .withMessage("AUTH_JWKS_URL must be an http or https URL without user or password");
    }

    private Optional<TrustedIssuer> external(Map<String, String> properties) {
        return TokenSetup.external(config(properties).external(), vertx);
    }

    private static TokenConfig config(Map<String, String> properties) {
        return new SmallRyeConfigBuilder()
                .withMapping(TokenConfig.class)
                .withSources(new PropertiesConfigSource(properties, "test", 100))
                .build()
                .getConfigMapping(TokenConfig.class);
    }
}
