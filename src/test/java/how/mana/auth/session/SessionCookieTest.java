package how.mana.auth.session;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.token.TokenConfig;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a browser is told to forget. */
class SessionCookieTest {
    @Test
    void withADomainWhatThisHostAloneWasGivenIsTakenBackToo() {
        assertThat(cookie(Map.of("mana.session.cookie-domain", "mana.how")).clear())
                .hasSize(6)
                .contains(
                        "mana.session_token=; Max-Age=0; Domain=mana.how; Path=/; HttpOnly; SameSite=None",
                        "mana.session_token=; Max-Age=0; Path=/; HttpOnly; SameSite=None");
    }

    @Test
    void withoutOneThereIsOnlyThisHost() {
        assertThat(cookie(Map.of()).clear()).hasSize(3).noneMatch(value -> value.contains("Domain"));
    }

    private static SessionCookie cookie(Map<String, String> settings) {
        var config = new SmallRyeConfigBuilder()
                .addDiscoveredConverters() // a duration is 60s to the framework
                .withMapping(TokenConfig.class)
                .withMapping(SessionConfig.class)
                .withDefaultValues(settings)
                .build();
        return new SessionCookie(
                CookieSecrets.of(List.of("a secret of a test")),
                config.getConfigMapping(TokenConfig.class),
                config.getConfigMapping(SessionConfig.class));
    }
}
