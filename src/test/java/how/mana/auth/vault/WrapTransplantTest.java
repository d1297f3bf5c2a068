package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.security.SecureRandom;
import java.util.Base64;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What someone who can write to the database, but has no KEK, can make the service hand out: nothing. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class WrapTransplantTest {
    private static final String DAMAGED = "unwrap-failed: nothing was released; corrects ";

    @Test
    void aWrapMovedToAnotherUserDoesNotOpen() {
        var alice = Vaults.initialised();
        var bob = Vaults.initialised();

        copyWrap(alice, bob);

        refusesToOpen(bob);
    }

    @Test
    void aWrapMovedWithItsCheckValueDoesNotOpenEither() {
        var alice = Vaults.initialised();
        var bob = Vaults.initialised();
        copyWrap(alice, bob);
        AdminDatabase.tamper(
                "UPDATE auth.encryption_vaults SET key_check_value = NULL WHERE user_id = ?", bob.userId());

        refusesToOpen(bob);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "key_generation = key_generation + 1",
                "format_version = 1",
                "format_version = 3",
                "wrapped_mk = 'AAAA' || substr(wrapped_mk, 5)",
                "wrap_iv = 'AAAA' || substr(wrap_iv, 5)",
                "wrapped_mk = 'no base64 at all'",
                "wrapped_mk = ''",
                "wrap_iv = ''",
                "key_check_value = decode(repeat('00', 32), 'hex')",
            })
    void aRowThatWasTamperedWithDoesNotOpen(String change) {
        var vault = Vaults.initialised();
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET " + change + " WHERE user_id = ?", vault.userId());

        refusesToOpen(vault);
    }

    @Test
    void aWrapOfAFormerGenerationDoesNotComeBack() {
        var vault = Vaults.initialised();
        var former = vault.row();
        vault.rotate().then().statusCode(200);
        AdminDatabase.tamper(
                "UPDATE auth.encryption_vaults SET wrapped_mk = ?, wrap_iv = ?, key_check_value = ? WHERE user_id = ?",
                former.get("wrapped_mk"),
                former.get("wrap_iv"),
                former.get("key_check_value"),
                vault.userId());

        refusesToOpen(vault);
    }

    @ParameterizedTest
    @ValueSource(strings = {"env-v2", "arn:aws:kms:eu-central-1:1:key/1234"})
    void aWrapOfAKekThatIsNotLoadedIsUnavailableAndNotBroken(String kekId) {
        var vault = Vaults.initialised();
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = ? WHERE user_id = ?", kekId, vault.userId());

        vault.key().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));

        assertThat(vault.trail())
                .anyMatch(row -> row.startsWith("failed_fetch 503 kek-unavailable: nothing was released; corrects "));
    }

    @Test
    void aWrapThatDoesNotOpenNowIsNotWrittenOver() {
        var vault = Vaults.initialised();
        var masterKey = vault.masterKey();
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = 'env-v2' WHERE user_id = ?", vault.userId());
        var before = vault.row();

        vault.rotate().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).endsWith("rotate 503 kek-unavailable");
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = 'env-v1' WHERE user_id = ?", vault.userId());
        assertThat(vault.masterKey()).isEqualTo(masterKey);
    }

    /** It may open again once its KEK is mounted; set aside, it would expire. */
    @Test
    void aWrapThatDoesNotOpenNowIsNotSetAsideByAnAbort() {
        var vault = Vaults.initialised();
        vault.rotate().then().statusCode(200);
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = 'env-v2' WHERE user_id = ?", vault.userId());
        var before = vault.row();

        vault.abort().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
    }

    @Test
    void aRowWhoseKekIdIsNoneIsUnavailableToo() {
        var vault = Vaults.initialised();
        AdminDatabase.tamper("UPDATE auth.encryption_vaults SET kek_id = 'a b' WHERE user_id = ?", vault.userId());

        vault.key().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));
        vault.init().then().statusCode(503).body("code", equalTo("KEK_UNAVAILABLE"));
    }

    @Test
    void aFormat1WrapOfTheOldServiceOpensAndGetsItsCheckValue() {
        var vault = Vaults.initialised();
        var masterKey = wrapAsFormat1(vault);

        vault.key().then().statusCode(200).body("masterKey", equalTo(masterKey)).body("formatVersion", equalTo(1));

        assertThat(vault.row().get("key_check_value")).isNotNull();
        assertThat(vault.masterKey()).isEqualTo(masterKey);
    }

    @Test
    void aFormat1WrapMovedToAVaultWithACheckValueDoesNotOpen() {
        var alice = Vaults.initialised();
        wrapAsFormat1(alice);
        alice.masterKey();
        var bob = Vaults.initialised();
        wrapAsFormat1(bob);
        bob.masterKey();

        copyWrap(alice, bob);

        refusesToOpen(bob);
    }

    @Test
    void aVaultThatDoesNotOpenIsNotHandedToItsUser() {
        var vault = Vaults.withRecoveryWrap();
        AdminDatabase.tamper(
                "UPDATE auth.encryption_vaults SET wrap_iv = 'AAAA' || substr(wrap_iv, 5) WHERE user_id = ?",
                vault.userId());

        vault.enableZeroKnowledge().then().statusCode(500);

        assertThat(vault.row()).containsEntry("zero_knowledge", false);
        assertThat(vault.trail()).endsWith("zk_enable 500 unwrap-failed");
    }

    /** On every route that hands out a key: no key, nothing about the reason, and a row that says what happened. */
    private static void refusesToOpen(Vaults vault) {
        vault.key()
                .then()
                .statusCode(500)
                .body(equalTo("{\"statusCode\":500,\"message\":\"Internal server error\"}"))
                .body(not(containsString("masterKey")));
        vault.init().then().statusCode(500).body(not(containsString("masterKey")));

        var rows = AdminDatabase.rows(
                "SELECT id, action, status, context FROM auth.encryption_vault_audit WHERE user_id = ?"
                        + " ORDER BY created_at DESC LIMIT 4",
                vault.userId());
        assertThat(rows.get(0)).containsEntry("action", "init").containsEntry("status", 500);
        assertThat(rows.get(0)).containsEntry("context", DAMAGED + rows.get(1).get("id"));
        assertThat(rows.get(1)).containsEntry("context", "already-exists");
        assertThat(rows.get(2)).containsEntry("action", "failed_fetch").containsEntry("status", 500);
        assertThat(rows.get(2)).containsEntry("context", DAMAGED + rows.get(3).get("id"));
        assertThat(rows.get(3)).containsEntry("action", "fetch").containsEntry("status", 200);
    }

    private static void copyWrap(Vaults from, Vaults to) {
        var wrap = from.row();
        AdminDatabase.tamper(
                "UPDATE auth.encryption_vaults SET wrapped_mk = ?, wrap_iv = ?, kek_id = ?, format_version = ?"
                        + " WHERE user_id = ?",
                wrap.get("wrapped_mk"),
                wrap.get("wrap_iv"),
                wrap.get("kek_id"),
                wrap.get("format_version"),
                to.userId());
    }

    /** Puts a wrap there as the old service made them: no AAD, no check value. @return its master key */
    private static String wrapAsFormat1(Vaults vault) {
        var masterKey = new byte[32];
        var nonce = new byte[12];
        var random = new SecureRandom();
        random.nextBytes(masterKey);
        random.nextBytes(nonce);
        try {
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(
                    Cipher.ENCRYPT_MODE,
                    new SecretKeySpec(Base64.getDecoder().decode(ServiceEnvironment.KEK), "AES"),
                    new GCMParameterSpec(128, nonce));
            AdminDatabase.tamper(
                    "UPDATE auth.encryption_vaults SET wrapped_mk = ?, wrap_iv = ?, format_version = 1,"
                            + " key_check_value = NULL WHERE user_id = ?",
                    Base64.getEncoder().encodeToString(cipher.doFinal(masterKey)),
                    Base64.getEncoder().encodeToString(nonce),
                    vault.userId());
        } catch (java.security.GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
        return Base64.getEncoder().encodeToString(masterKey);
    }
}
