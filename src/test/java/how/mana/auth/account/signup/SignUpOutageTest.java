package how.mana.auth.account.signup;

import static how.mana.auth.Accounts.AUTH;
import static how.mana.auth.Accounts.post;
import static how.mana.auth.account.SignUps.body;
import static how.mana.auth.account.SignUps.newEmail;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import how.mana.auth.account.SignUps;
import how.mana.auth.token.OwnTokens;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever is wrong with the database is a 503, and nothing came of what was asked for. */
@QuarkusTest
@TestProfile(OwnTokens.class)
class SignUpOutageTest {
    /** A route that asks the database, called about an address that waits for its link. */
    enum Route {
        REGISTER {
            @Override
            Response call(String email, String link) {
                return SignUps.register(newEmail());
            }
        },
        REGISTER_AGAIN {
            @Override
            Response call(String email, String link) {
                return SignUps.register(email);
            }
        },
        NATIVE_SIGN_UP {
            @Override
            Response call(String email, String link) {
                return post(SignUps.NATIVE, body(newEmail()));
            }
        },
        RESEND {
            @Override
            Response call(String email, String link) {
                return post(AUTH + "/resend-verification", Map.of("email", email));
            }
        },
        VERIFY {
            @Override
            Response call(String email, String link) {
                return SignUps.open(link);
            }
        };

        abstract Response call(String email, String link);
    }

    @ParameterizedTest
    @EnumSource
    void aMissingColumnIsNobodysFault(Route route) {
        var email = SignUps.registered();
        var link = SignUps.link(email);
        AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN email TO away");
        try {
            assertUnavailable(route.call(email, link));
        } finally {
            AdminDatabase.execute("ALTER TABLE auth.users RENAME COLUMN away TO email");
        }
        assertUnharmed(email, link);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseThatIsGoneIsNobodysFault(Route route) throws SQLException {
        var email = SignUps.registered();
        var link = SignUps.link(email);
        AdminDatabase.closeToTheService();
        try {
            assertUnavailable(route.call(email, link));
        } finally {
            AdminDatabase.openToTheService();
        }
        assertUnharmed(email, link);
    }

    @ParameterizedTest
    @EnumSource
    void aDatabaseThatHangsIsNobodysFault(Route route) throws SQLException {
        var email = SignUps.registered();
        var link = SignUps.link(email);
        try (var admin = AdminDatabase.connect();
                var statement = admin.createStatement()) {
            admin.setAutoCommit(false);
            statement.execute("LOCK TABLE auth.users IN ACCESS EXCLUSIVE MODE");
            assertUnavailable(route.call(email, link));
            admin.rollback();
        }
        assertUnharmed(email, link);
    }

    private static void assertUnavailable(Response answer) {
        assertThat(answer.statusCode()).as(answer.asString()).isEqualTo(503);
        assertThat(answer.asString()).contains("SERVICE_UNAVAILABLE").doesNotContain("column", "SQL");
        assertThat(answer.header("Retry-After")).isNotBlank();
        assertThat(answer.header("Set-Cookie")).isNull();
    }

    private static void assertUnharmed(String email, String link) {
        assertThat(SignUps.mails(email)).hasSize(1);
        assertThat(SignUps.events(email)).containsExactly("REGISTER");
        assertThat(SignUps.open(link).header("Set-Cookie")).isNotNull();
    }
}
