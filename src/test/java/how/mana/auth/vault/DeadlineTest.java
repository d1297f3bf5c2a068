package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What was answered with 503 does not happen afterwards: clients try again, and a late first try would be a second one. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class DeadlineTest {
    static Stream<Arguments> changes() {
        return Stream.of(
                change("rotate", Vaults::rotate),
                change("set recovery", vault -> vault.setRecovery(Vaults.Recovery.random())),
                change("clear recovery", Vaults::clearRecovery),
                change("zero-knowledge on", Vaults::enableZeroKnowledge));
    }

    private static Arguments change(String name, Function<Vaults, Response> call) {
        return Arguments.of(Named.of(name, call));
    }

    @ParameterizedTest
    @MethodSource("changes")
    void aChangeThatWaitsTooLongIsNotMadeLater(Function<Vaults, Response> call) throws SQLException {
        var vault = Vaults.withRecoveryWrap();
        var before = vault.row();
        var trail = vault.trail();

        try (var admin = AdminDatabase.connect()) {
            admin.setAutoCommit(false);
            try (var lock =
                    admin.prepareStatement("SELECT 1 FROM auth.encryption_vaults WHERE user_id = ? FOR UPDATE")) {
                lock.setString(1, vault.userId());
                lock.execute();
            }
            var asked = Instant.now();
            call.apply(vault).then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
            assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(3));
            admin.rollback();
        }

        // The next change takes the same lock, so whatever was still under way has ended when it is answered.
        vault.request().contentType("application/json").post(Vaults.PATH + "/recovery-wrap/restore");
        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).startsWith(trail.toArray(String[]::new)).hasSize(trail.size() + 1);
    }
}
