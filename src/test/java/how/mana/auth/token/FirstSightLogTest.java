package how.mana.auth.token;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.TestIssuer;
import how.mana.auth.Users;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jboss.logmanager.ExtLogRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What an operator reads when a user is not made. */
@QuarkusTest
@TestProfile(Provisioning.class)
class FirstSightLogTest {
    private static final Logger LOGGER = Logger.getLogger(Newcomers.class.getName());

    private final List<String> warnings = new CopyOnWriteArrayList<>();
    private final Handler listener = new Handler() {
        @Override
        public void publish(LogRecord line) {
            if (line.getLevel().intValue() >= java.util.logging.Level.WARNING.intValue()) {
                warnings.add(ExtLogRecord.wrap(line).getFormattedMessage());
            }
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        LOGGER.addHandler(listener);
    }

    @AfterEach
    void stopListening() {
        LOGGER.removeHandler(listener);
    }

    @Test
    void anEmailThatIsTakenIsToldOnceWithItsRemedyAndWithoutTheEmail() {
        var other = Users.create();
        var user = "sub-" + UUID.randomUUID();
        var token = TestIssuer.instance().tokenFor(user, Instant.now(), ",\"email\":\"" + other.id() + "@test.local\"");

        for (var again = 0; again < 3; again++) {
            given().header("Authorization", "Bearer " + token)
                    .get("/api/v1/me/whoami")
                    .then()
                    .statusCode(401);
        }

        assertThat(warnings)
                .singleElement()
                .asString()
                .contains(user, "another user has the e-mail", "PUT /api/v1/internal/users/{id}")
                .doesNotContain(other.id(), "@");
    }
}
