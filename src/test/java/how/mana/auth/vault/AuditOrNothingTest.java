package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When the trail cannot be written, no key leaves and nothing changes; not even a refusal goes out unrecorded. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class AuditOrNothingTest {
    static Stream<Arguments> operations() {
        return Stream.of(
                operation("init, new", Vaults::ofNewUser, Vaults::init),
                operation("init, there", Vaults::initialised, Vaults::init),
                operation("key", Vaults::initialised, Vaults::key),
                operation("key in zero-knowledge mode", Vaults::zeroKnowledge, Vaults::key),
                operation("key without a vault", Vaults::ofNewUser, Vaults::key),
                operation("rotate", Vaults::initialised, Vaults::rotate),
                operation("rotate, new", Vaults::ofNewUser, Vaults::rotate),
                operation("rotate refused", Vaults::zeroKnowledge, Vaults::rotate),
                operation("rotate, asked again", Vaults::rotated, vault -> vault.rotate("rotated")),
                operation("abort", Vaults::rotated, Vaults::abort),
                operation("abort refused", Vaults::initialised, Vaults::abort),
                operation("commit", Vaults::rotated, Vaults::commit),
                operation("a retained key", Vaults::rotated, vault -> vault.key(1)),
                operation("the present key by its number", Vaults::rotated, vault -> vault.key(2)),
                operation("a key that is not kept", Vaults::rotated, vault -> vault.key(3)),
                operation("set recovery", Vaults::initialised, vault -> vault.setRecovery(Vaults.Recovery.random())),
                operation(
                        "replace recovery in zero-knowledge mode",
                        Vaults::zeroKnowledge,
                        vault -> vault.setRecovery(Vaults.Recovery.random())),
                operation("clear recovery", Vaults::withRecoveryWrap, Vaults::clearRecovery),
                operation("zero-knowledge on", Vaults::withRecoveryWrap, Vaults::enableZeroKnowledge),
                operation("zero-knowledge refused", Vaults::initialised, Vaults::enableZeroKnowledge),
                operation(
                        "zero-knowledge off refused",
                        Vaults::zeroKnowledge,
                        vault -> vault.disableZeroKnowledge(Vaults.base64(32))));
    }

    private static Arguments operation(String name, Supplier<Vaults> state, Function<Vaults, Response> call) {
        return Arguments.of(Named.of(name, state), call);
    }

    @ParameterizedTest
    @MethodSource("operations")
    void withoutItsRowNothingHappens(Supplier<Vaults> state, Function<Vaults, Response> call) {
        var vault = state.get();
        var before = vault.row();
        var retained = vault.retained();
        var trail = vault.trail();

        var answer = withoutTrail(vault, () -> call.apply(vault));

        answer.then().statusCode(503).body("code", equalTo("SERVICE_UNAVAILABLE"));
        assertThat(answer.asString()).doesNotContain("masterKey").doesNotContain("recoveryWrappedMk");
        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.retained()).usingRecursiveComparison().isEqualTo(retained);
        assertThat(vault.trail()).isEqualTo(trail);
        assertThat(kept(vault)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("operations")
    void aRowThatIsSwallowedIsARowThatIsLost(Supplier<Vaults> state, Function<Vaults, Response> call) {
        var vault = state.get();
        var before = vault.row();
        var retained = vault.retained();

        var answer = whileTheTrail("RETURN NULL", vault, () -> call.apply(vault));

        assertThat(answer.statusCode()).isGreaterThanOrEqualTo(500);
        assertThat(answer.asString()).doesNotContain("masterKey").doesNotContain("recoveryWrappedMk");
        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.retained()).usingRecursiveComparison().isEqualTo(retained);
    }

    @Test
    void takingAVaultBackWithoutARowLeavesItWithItsUser() {
        var vault = Vaults.withRecoveryWrap();
        var masterKey = vault.masterKey();
        vault.enableZeroKnowledge();

        withoutTrail(vault, () -> vault.disableZeroKnowledge(masterKey)).then().statusCode(503);

        assertThat(vault.row()).containsEntry("zero_knowledge", true).containsEntry("wrapped_mk", null);
    }

    @Test
    void statusNeedsNoRow() {
        var vault = Vaults.initialised();

        withoutTrail(vault, vault::status).then().statusCode(200);
    }

    private static List<Map<String, Object>> kept(Vaults vault) {
        return AdminDatabase.rows("SELECT id FROM auth.replaced_recovery_wraps WHERE user_id = ?", vault.userId());
    }

    /** Makes inserts into the trail fail for this one user, so that tests beside this one notice nothing. */
    private static Response withoutTrail(Vaults vault, Supplier<Response> call) {
        return whileTheTrail("RAISE EXCEPTION 'the trail is full'", vault, call);
    }

    private static Response whileTheTrail(String does, Vaults vault, Supplier<Response> call) {
        var trigger = "broken_" + vault.userId().replace("-", "_");
        AdminDatabase.execute("CREATE FUNCTION auth." + trigger + "() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN " + does + "; END $$");
        AdminDatabase.execute("CREATE TRIGGER " + trigger + " BEFORE INSERT ON auth.encryption_vault_audit FOR EACH ROW"
                + " WHEN (NEW.user_id = '" + vault.userId() + "') EXECUTE FUNCTION auth." + trigger + "()");
        try {
            return call.get();
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth." + trigger + "() CASCADE");
        }
    }
}
