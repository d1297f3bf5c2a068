package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import how.mana.auth.AdminDatabase;
import how.mana.auth.AtOnce;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.Users;
import how.mana.auth.account.Mailbox;
import how.mana.auth.vault.Vaults.Recovery;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A key that was replaced can be had, or put back, until its retention ends; and asking twice is not asking for more. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class RekeyTest {
    @Test
    void theSupersededKeyCanBeHadByItsGeneration() {
        var vault = Vaults.initialised();
        var first = vault.masterKey();
        var second = vault.rotate().then().statusCode(200).extract().<String>path("masterKey");

        vault.key(1)
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("masterKey", equalTo(first))
                .body("keyGeneration", equalTo(1))
                .body("formatVersion", equalTo(1))
                .body("kekId", equalTo("env-v1"));
        vault.key(2).then().statusCode(200).body("masterKey", equalTo(second)).body("keyGeneration", equalTo(2));
        assertThat(vault.masterKey()).isEqualTo(second);

        assertThat(vault.trail())
                .contains("fetch 200 retained-generation: 1", "fetch 200 generation: 2")
                .endsWith("fetch 200 null");
        assertThat(vault.retained()).singleElement().satisfies(kept -> assertThat(kept)
                .containsEntry("reason", "rotate")
                .doesNotContainEntry("wrapped_mk", vault.row().get("wrapped_mk")));
    }

    @Test
    void aGenerationThatIsNotKeptIsNotFound() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);
        vault.expireRetained();

        for (var generation : List.of(1, 3, 999_999_999_999_999_999L)) {
            vault.key(generation).then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
        }

        assertThat(vault.trail())
                .contains("failed_fetch 404 generation-not-found: 1", "failed_fetch 404 generation-not-found: 3");
        vault.abort().then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
    }

    @Test
    void anotherUsersGenerationIsNotFoundEither() {
        var alice = Vaults.initialised();
        alice.rotate().then().statusCode(200);
        alice.rotate().then().statusCode(200);
        var bob = Vaults.initialised();

        bob.key(2).then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
        bob.abort().then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
        bob.commit().then().statusCode(200).body("deleted", equalTo(0));

        assertThat(alice.retained()).hasSize(2);
    }

    @Test
    void withoutAVaultThereIsNoGenerationOfIt() {
        var vault = Vaults.ofNewUser();

        vault.key(1).then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));
        vault.abort().then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));
        vault.commit().then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));

        assertThat(vault.trail())
                .containsExactly(
                        "failed_fetch 404 not-initialised", "rotate_abort 404 no-vault", "rotate_commit 404 no-vault");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0", "-1", "+1", "01", "1.0", "1e0", " 1", "x", "null", "1000000000000000000"})
    void whatIsNoGenerationIsRefused(String generation) {
        var vault = Vaults.initialised();

        vault.key(generation).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));

        assertThat(vault.trail()).endsWith("failed_fetch 400 bad-request");
    }

    @Test
    void aRetainedWrapThatDoesNotOpenIsNotReleasedAndNotPutBack() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);
        var before = vault.row();
        // Of another generation, as somebody who can write to the database might have it: the wrap is bound to its own.
        AdminDatabase.execute(
                "UPDATE auth.retained_keys SET wrapped_mk = v.wrapped_mk, wrap_iv = v.wrap_iv,"
                        + " key_check_value = v.key_check_value FROM auth.encryption_vaults v"
                        + " WHERE v.user_id = ? AND retained_keys.user_id = v.user_id",
                vault.userId());

        vault.key(1).then().statusCode(500);
        vault.abort().then().statusCode(500);

        assertThat(vault.trail())
                .anyMatch(row -> row.startsWith("failed_fetch 500 unwrap-failed: nothing was released; corrects "))
                .endsWith("rotate_abort 500 unwrap-failed");
        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void theRetentionIsSevenDaysByTheDatabasesClock() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);

        assertThat(AdminDatabase.rows(
                        "SELECT extract(epoch FROM expires_at - superseded_at)::bigint AS kept,"
                                + " superseded_at = rotated_at AS at_once FROM auth.retained_keys JOIN auth.encryption_vaults"
                                + " USING (user_id) WHERE user_id = ?",
                        vault.userId()))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("kept", Duration.ofDays(7).toSeconds())
                        .containsEntry("at_once", true));
    }

    @Test
    void eightAreKeptAndANinthIsRefused() {
        var vault = Vaults.initialised();
        for (var i = 0; i < 8; i++) {
            vault.rotate().then().statusCode(200);
        }
        var before = vault.row();
        var kept = vault.retained();

        vault.rotate().then().statusCode(409).body("code", equalTo("TOO_MANY_GENERATIONS"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.retained()).usingRecursiveComparison().isEqualTo(kept);
        assertThat(vault.trail()).endsWith("rotate 409 too-many-generations");

        vault.abort().then().statusCode(200);
        assertThat(vault.retained()).as("one was put back, and one taken").hasSize(8);

        vault.expireRetained();
        vault.rotate().then().statusCode(200).body("keyGeneration", equalTo(11));
        assertThat(vault.retained()).as("the write deletes what had expired").hasSize(1);
    }

    @Test
    void committingDeletesWhatIsKeptAndCanBeRepeated() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);
        vault.rotate().then().statusCode(200);
        var key = vault.masterKey();

        vault.commit().then().statusCode(200).body("ok", equalTo(true)).body("deleted", equalTo(2));
        vault.commit().then().statusCode(200).body("deleted", equalTo(0));

        assertThat(vault.retained()).isEmpty();
        vault.key(1).then().statusCode(404);
        vault.abort().then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
        assertThat(vault.masterKey()).isEqualTo(key);
        assertThat(vault.trail()).contains("rotate_commit 200 deleted: 2", "rotate_commit 200 deleted: 0");
    }

    @Test
    void abortingPutsTheFormerKeyBackWithItsRecoveryWrap() {
        var vault = Vaults.withRecoveryWrap();
        var first = vault.masterKey();
        var wrap = vault.row();
        var second = vault.rotate().<String>path("masterKey");
        assertThat(vault.row().get("recovery_wrapped_mk")).isNull();
        var seconds = Recovery.random();
        vault.setRecovery(seconds).then().statusCode(200);

        vault.abort()
                .then()
                .statusCode(200)
                .header("Cache-Control", "no-store")
                .body("masterKey", equalTo(first))
                .body("keyGeneration", equalTo(3));

        assertThat(vault.masterKey()).isEqualTo(first);
        assertThat(vault.row())
                .containsEntry("recovery_wrapped_mk", wrap.get("recovery_wrapped_mk"))
                .containsEntry("recovery_iv", wrap.get("recovery_iv"))
                .containsEntry("recovery_set_at", wrap.get("recovery_set_at"))
                .containsEntry("key_check_value", wrap.get("key_check_value"));
        assertThat(vault.retained()).singleElement().satisfies(kept -> assertThat(kept)
                .containsEntry("key_generation", 2L)
                .containsEntry("reason", "abort")
                .containsEntry("recovery_wrapped_mk", seconds.wrapped()));
        vault.key(2).then().statusCode(200).body("masterKey", equalTo(second));
        assertThat(vault.trail()).contains("rotate_abort 200 restored-generation: 1");
        assertThat(new Mailbox(vault.userId() + "@test.local").kinds())
                .containsExactly("vault-rekeyed", "vault-rekeyed");
        // What was restored counts: with it, the vault can be handed over.
        vault.enableZeroKnowledge().then().statusCode(200);
        vault.disableZeroKnowledge(first).then().statusCode(200);
    }

    @Test
    void abortingTwiceDoesNotTakeTheAbortBack() {
        var vault = Vaults.initialised();
        var first = vault.masterKey();
        var second = vault.rotate().<String>path("masterKey");
        vault.rotate().then().statusCode(200);

        assertThat(vault.abort().<String>path("masterKey")).isEqualTo(second);
        assertThat(vault.abort().<String>path("masterKey")).isEqualTo(first);
        vault.abort().then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));

        assertThat(vault.masterKey()).isEqualTo(first);
        assertThat(vault.row()).containsEntry("key_generation", 5L);
    }

    @Test
    void anAdoptedKeyIsKeptWithItsCheckValue() {
        var vault = Vaults.initialised();
        AdminDatabase.execute(
                "UPDATE auth.encryption_vaults SET key_check_value = NULL WHERE user_id = ?", vault.userId());

        vault.rotate().then().statusCode(200);

        assertThat(vault.retained().get(0).get("key_check_value")).isNotNull();
        vault.abort().then().statusCode(200);
    }

    @Test
    void zeroKnowledgeDeletesWhatIsKept() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);
        vault.setRecovery(Recovery.random()).then().statusCode(200);

        vault.enableZeroKnowledge().then().statusCode(200);

        assertThat(vault.retained()).isEmpty();
        for (var generation : List.of(1, 2)) {
            vault.key(generation).then().statusCode(404).body("code", equalTo("GENERATION_NOT_FOUND"));
        }
        vault.abort().then().statusCode(409).body("code", equalTo("ZK_ROTATE_FORBIDDEN"));
        vault.commit().then().statusCode(200).body("deleted", equalTo(0));
        assertThat(vault.trail()).contains("rotate_abort 409 zk-rotate-forbidden");
    }

    @Test
    void zeroKnowledgeThatIsRefusedKeepsThem() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);

        vault.enableZeroKnowledge().then().statusCode(400).body("code", equalTo("RECOVERY_WRAP_MISSING"));

        assertThat(vault.retained()).hasSize(1);
    }

    @Test
    void erasureTakesThemAlong() {
        var vault = Vaults.initialised();
        vault.rotate("once").then().statusCode(200);

        Users.erase(vault.userId());

        assertThat(vault.retained()).isEmpty();
        assertThat(remembered(vault)).isZero();
    }

    @Test
    void aRetryAnswersWhatTheFirstOneDid() {
        var vault = Vaults.initialised();
        var first = vault.rotate("a-retry").then().statusCode(200).extract();

        vault.rotate("a-retry")
                .then()
                .statusCode(200)
                .body("masterKey", equalTo(first.path("masterKey")))
                .body("keyGeneration", equalTo(2));

        assertThat(vault.retained()).hasSize(1);
        assertThat(vault.trail()).endsWith("rotate 200 null", "rotate 200 replayed");
        assertThat(AdminDatabase.rows("SELECT * FROM auth.rekey_requests WHERE user_id = ?", vault.userId())
                        .toString())
                .doesNotContain("a-retry");
    }

    @Test
    void aRetryOfWhatMadeTheVaultDoesNotRekeyIt() {
        var vault = Vaults.ofNewUser();
        var first = vault.rotate("first").then().statusCode(200).extract();

        vault.rotate("first").then().body("masterKey", equalTo(first.path("masterKey")));

        assertThat(vault.row()).containsEntry("key_generation", 1L);
    }

    @Test
    void aRetryAfterTheVaultMovedOnIsRefused() {
        var vault = Vaults.initialised();
        vault.rotate("early").then().statusCode(200);
        vault.rotate().then().statusCode(200);
        var before = vault.row();

        vault.rotate("early").then().statusCode(409).body("code", equalTo("ROTATION_SUPERSEDED"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).endsWith("rotate 409 rotation-superseded");
    }

    @Test
    void aRetryOfAnAbortIsOneAbort() {
        var vault = Vaults.initialised();
        var first = vault.masterKey();
        vault.rotate("same").then().statusCode(200);

        vault.abort("same").then().statusCode(200).body("masterKey", equalTo(first));
        vault.abort("same").then().statusCode(200).body("masterKey", equalTo(first));

        assertThat(vault.row()).containsEntry("key_generation", 3L);
        vault.rotate("same").then().statusCode(409).body("code", equalTo("ROTATION_SUPERSEDED"));
    }

    @Test
    void afterADayAKeyNamesANewRequest() {
        var vault = Vaults.initialised();
        vault.rotate("daily").then().statusCode(200);
        AdminDatabase.execute(
                "UPDATE auth.rekey_requests SET requested_at = now() - interval '1 day' WHERE user_id = ?",
                vault.userId());

        vault.rotate("daily").then().statusCode(200).body("keyGeneration", equalTo(3));

        assertThat(remembered(vault)).isEqualTo(1);
    }

    @Test
    void theKeyOfAnotherUserIsAnotherKey() {
        Vaults.initialised().rotate("shared").then().statusCode(200);

        Vaults.initialised().rotate("shared").then().statusCode(200).body("keyGeneration", equalTo(2));
    }

    @ParameterizedTest
    @CsvSource({"'two words'", "'\u00e9'", "''"})
    void aMalformedKeyIsRefused(String key) {
        refusesKey(key);
    }

    @Test
    void aKeyThatIsTooLongOrSentTwiceIsRefused() {
        refusesKey("k".repeat(256));
        refusesKey("one", "two");
        Vaults.initialised().rotate("k".repeat(255)).then().statusCode(200).body("keyGeneration", equalTo(2));
    }

    private static void refusesKey(String... keys) {
        var vault = Vaults.initialised();

        vault.rotate(keys).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));

        assertThat(vault.trail()).endsWith("rotate 400 bad-request");
        assertThat(vault.row()).containsEntry("key_generation", 1L);
    }

    @Test
    void parallelRetriesYieldOneRekey() throws Exception {
        for (var vault : List.of(Vaults.initialised(), Vaults.ofNewUser())) {
            var answers = AtOnce.times(12, i -> vault.rotate("parallel"));

            assertThat(answers).extracting(Response::statusCode).containsOnly(200);
            assertThat(answers)
                    .extracting(answer -> answer.<String>path("masterKey"))
                    .containsOnly(vault.masterKey());
            assertThat(vault.trail()).filteredOn("rotate 200 replayed"::equals).hasSize(11);
        }
    }

    @Test
    void parallelRotationsKeepEveryKeyOrAreRefused() throws Exception {
        var vault = Vaults.initialised();

        var answers = AtOnce.times(12, i -> vault.rotate());

        assertThat(answers).filteredOn(answer -> answer.statusCode() == 200).hasSize(8);
        assertThat(answers).filteredOn(answer -> answer.statusCode() == 409).hasSize(4);
        for (var answer : answers) {
            if (answer.statusCode() == 200) {
                vault.key(answer.<Integer>path("keyGeneration"))
                        .then()
                        .body("masterKey", equalTo(answer.path("masterKey")));
            }
        }
    }

    @Test
    void abortBesideRotationLosesNoKey() throws Exception {
        for (var round = 0; round < 5; round++) {
            var vault = Vaults.initialised();
            var first = vault.masterKey();
            var second = vault.rotate().<String>path("masterKey");

            var answers = AtOnce.times(2, i -> i == 0 ? vault.abort() : vault.rotate());

            assertThat(answers).extracting(Response::statusCode).containsOnly(200);
            var third = answers.get(1).<String>path("masterKey");
            var keys = new java.util.HashSet<String>();
            keys.add(vault.masterKey());
            for (var kept : vault.retained()) {
                keys.add(vault.key(String.valueOf(kept.get("key_generation"))).path("masterKey"));
            }
            assertThat(keys).containsExactlyInAnyOrder(first, second, third);
        }
    }

    @Test
    void zeroKnowledgeBesideRotationLeavesNothingKept() throws Exception {
        for (var round = 0; round < 5; round++) {
            var vault = Vaults.rotated();
            vault.setRecovery(Recovery.random()).then().statusCode(200);

            AtOnce.times(3, i -> i == 0 ? vault.enableZeroKnowledge() : vault.rotate());

            if (Boolean.TRUE.equals(vault.row().get("zero_knowledge"))) {
                assertThat(vault.retained()).isEmpty();
            } else {
                vault.key(1).then().statusCode(200).body("masterKey", notNullValue());
            }
        }
    }

    private static int remembered(Vaults vault) {
        return AdminDatabase.rows("SELECT 1 FROM auth.rekey_requests WHERE user_id = ?", vault.userId())
                .size();
    }
}
