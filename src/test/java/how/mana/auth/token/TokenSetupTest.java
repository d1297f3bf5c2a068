package how.mana.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.smallrye.config.ConfigValidationException;
import io.smallrye.config.PropertiesConfigSource;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TokenSetupTest {
    private static final String URL = "mana.token.external.jwks-url";
    private static final String PROVISION = "mana.token.external.provision-users";
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

    @Test
    void nobodyIsMadeUnlessThatIsAskedForInOneWord() {
        var both = Map.of(URL, "https://id.example/jwks", ISSUER, "https://id.example");

        assertThat(config(both).external().provisionUsers()).isFalse();
        assertThat(config(with(both, PROVISION, "true")).external().provisionUsers())
                .isTrue();
        assertThat(config(with(both, PROVISION, "false")).external().provisionUsers())
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"yes", "1", "TRUE", "on", "no", "true "})
    void aThirdWordIsRefused(String word) {
        assertThatExceptionOfType(ConfigValidationException.class)
                .isThrownBy(() -> config(Map.of(PROVISION, word)))
                .withMessageContaining("AUTH_PROVISION_USERS must be true or false");
    }

    @Test
    void usersOfAnIssuerThatIsNotThereAreRefused() {
        assertThatIllegalStateException()
                .isThrownBy(() -> external(Map.of(PROVISION, "true")))
                .withMessage("AUTH_PROVISION_USERS is true but AUTH_JWKS_URL and AUTH_ISSUER are not set:"
                        + " set both, or AUTH_PROVISION_USERS=false");
        assertThat(external(Map.of(PROVISION, "false"))).isEmpty();
    }

    private static Map<String, String> with(Map<String, String> properties, String name, String value) {
        var all = new HashMap<>(properties);
        all.put(name, value);
        return all;
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
