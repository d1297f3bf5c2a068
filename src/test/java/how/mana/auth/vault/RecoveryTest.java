package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.crypto.KeyCheckValue;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.vault.Vaults.Recovery;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** In zero-knowledge mode the recovery wrap is the only one: whoever has a token must not be able to destroy it. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class RecoveryTest {
    @Test
    void aWrapReplacedInZeroKnowledgeModeCanBeRestored() {
        var vault = Vaults.zeroKnowledge();
        var original = vault.row().get("recovery_wrapped_mk");
        var thiefs = Recovery.random();
        vault.setRecovery(thiefs).then().statusCode(200);
        vault.key().then().body("recoveryWrappedMk", equalTo(thiefs.wrapped()));

        restoreNewest(vault).then().statusCode(200);

        vault.key().then().body("recoveryWrappedMk", equalTo(original));
        assertThat(vault.trail()).contains("recovery_restore 200 null");
    }

    @Test
    void restoringKeepsWhatItDisplaces() {
        var vault = Vaults.zeroKnowledge();
        var second = Recovery.random();
        vault.setRecovery(second);
        restore(vault);

        restore(vault);

        vault.key().then().body("recoveryWrappedMk", equalTo(second.wrapped()));
    }

    @Test
    void anyOfTheReplacedWrapsCanBeNamed() {
        var vault = Vaults.zeroKnowledge();
        var original = vault.row().get("recovery_wrapped_mk");
        vault.setRecovery(Recovery.random());
        vault.setRecovery(Recovery.random());
        var kept = vault.request()
                .get(Vaults.PATH + "/recovery-wrap/replaced")
                .then()
                .body("replaced", hasSize(2));
        var oldest = kept.extract().<String>path("replaced[1].id");

        vault.post("/recovery-wrap/restore", Map.of("id", oldest)).then().statusCode(200);

        vault.key().then().body("recoveryWrappedMk", equalTo(original));
    }

    @Test
    void replacingOftenDoesNotPushTheRealWrapOut() {
        var vault = Vaults.zeroKnowledge();
        var original = vault.row().get("recovery_wrapped_mk");
        for (var i = 0; i < ReplacedRecoveryWraps.MAX_KEPT; i++) {
            vault.setRecovery(Recovery.random()).then().statusCode(200);
        }

        vault.setRecovery(Recovery.random()).then().statusCode(409).body("code", equalTo("TOO_MANY_RECOVERY_WRAPS"));

        assertThat(AdminDatabase.rows(
                        "SELECT recovery_wrapped_mk FROM auth.replaced_recovery_wraps WHERE user_id = ?",
                        vault.userId()))
                .extracting(row -> row.get("recovery_wrapped_mk"))
                .contains(original);
        assertThat(vault.trail()).endsWith("recovery_set 409 too-many-replaced-wraps");
    }

    @Test
    void storingTheSameWrapAgainKeepsNothing() {
        var vault = Vaults.initialised();
        var wrap = Recovery.random();
        vault.setRecovery(wrap);
        vault.enableZeroKnowledge();

        vault.setRecovery(wrap).then().statusCode(200);

        vault.request().get(Vaults.PATH + "/recovery-wrap/replaced").then().body("replaced", hasSize(0));
    }

    @Test
    void outsideZeroKnowledgeModeNothingIsKept() {
        var vault = Vaults.withRecoveryWrap();
        vault.setRecovery(Recovery.random());

        restoreNewest(vault).then().statusCode(404).body("code", equalTo("RECOVERY_WRAP_NOT_FOUND"));

        assertThat(vault.trail()).endsWith("recovery_restore 404 no-replaced-wrap");
    }

    @Test
    void aWrapOfAnotherGenerationIsNotRestored() {
        var vault = Vaults.zeroKnowledge();
        vault.setRecovery(Recovery.random());
        AdminDatabase.execute("UPDATE auth.encryption_vaults SET key_generation = 2 WHERE user_id = ?", vault.userId());

        restoreNewest(vault).then().statusCode(404);
    }

    @Test
    void afterThirtyDaysAReplacedWrapIsGone() {
        var vault = Vaults.zeroKnowledge();
        vault.setRecovery(Recovery.random());
        AdminDatabase.execute(
                "UPDATE auth.replaced_recovery_wraps SET replaced_at = now() - interval '30 days' WHERE user_id = ?",
                vault.userId());

        restoreNewest(vault).then().statusCode(404);
    }

    @Test
    void purgingWantsProofOfTheMasterKey() {
        var vault = Vaults.withRecoveryWrap();
        var masterKey = vault.masterKey();
        vault.enableZeroKnowledge();
        vault.setRecovery(Recovery.random());

        purge(vault, new byte[32]).then().statusCode(400).body("code", equalTo("MASTER_KEY_MISMATCH"));
        vault.post("/recovery-wrap/purge", Map.of()).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));
        vault.request().get(Vaults.PATH + "/recovery-wrap/replaced").then().body("replaced", hasSize(1));

        purge(vault, proofOf(masterKey, vault)).then().statusCode(200);
        vault.request().get(Vaults.PATH + "/recovery-wrap/replaced").then().body("replaced", hasSize(0));
        assertThat(vault.trail())
                .endsWith(
                        "recovery_purge 400 master-key-mismatch",
                        "recovery_purge 400 bad-request",
                        "recovery_purge 200 null");
    }

    @Test
    void aWrapOfAStaleGenerationIsRefused() {
        var vault = Vaults.initialised();
        vault.rotate();
        var wrap = Recovery.random();

        vault.post(
                        "/recovery-wrap",
                        Map.of("recoveryWrappedMk", wrap.wrapped(), "recoveryIv", wrap.iv(), "keyGeneration", 1))
                .then()
                .statusCode(409)
                .body("code", equalTo("STALE_KEY_GENERATION"));
        assertThat(vault.trail()).endsWith("recovery_set 409 stale-generation");

        vault.post(
                        "/recovery-wrap",
                        Map.of("recoveryWrappedMk", wrap.wrapped(), "recoveryIv", wrap.iv(), "keyGeneration", 2))
                .then()
                .statusCode(200);
    }

    private static void restore(Vaults vault) {
        restoreNewest(vault).then().statusCode(200);
    }

    /** As clients send it: a JSON content type and no body. */
    private static Response restoreNewest(Vaults vault) {
        return vault.request().contentType(ContentType.JSON).post(Vaults.PATH + "/recovery-wrap/restore");
    }

    private static Response purge(Vaults vault, byte[] proof) {
        return vault.post(
                "/recovery-wrap/purge",
                Map.of("keyCheckValue", Base64.getEncoder().encodeToString(proof)));
    }

    private static byte[] proofOf(String masterKey, Vaults vault) {
        try (var key = KeyMaterial.takeOwnershipOf(Base64.getDecoder().decode(masterKey))) {
            return KeyCheckValue.of(key, vault.userId());
        }
    }
}
