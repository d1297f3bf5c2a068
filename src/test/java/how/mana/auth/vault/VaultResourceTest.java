package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.Base64;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** The life of a vault over HTTP: the 28 cases of the old service's integration suite, by their names. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class VaultResourceTest {
    private static final String OTHER_KEY = Base64.getEncoder().encodeToString(new byte[32]);

    @Nested
    class Init {
        @Test
        void mintsAFreshVaultWhenNoneExists() {
            var vault = Vaults.ofNewUser();

            var key = vault.init()
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .header("Cache-Control", "no-store")
                    .body("formatVersion", equalTo(1))
                    .body("kekId", equalTo("env-v1"))
                    .body("keyGeneration", equalTo(1))
                    .body("requiresRecoveryCode", nullValue())
                    .extract()
                    .<String>path("masterKey");

            assertThat(Base64.getDecoder().decode(key)).hasSize(32);
            assertThat(vault.row())
                    .containsEntry("zero_knowledge", false)
                    .containsEntry("format_version", 2)
                    .containsEntry("recovery_wrapped_mk", null)
                    .hasEntrySatisfying("wrapped_mk", wrapped -> assertThat((String) wrapped)
                            .hasSize(64))
                    .hasEntrySatisfying(
                            "wrap_iv", nonce -> assertThat((String) nonce).hasSize(16))
                    .hasEntrySatisfying("key_check_value", value -> assertThat((byte[]) value)
                            .hasSize(32));
        }

        @Test
        void isIdempotentSecondCallReturnsTheSameKey() {
            var vault = Vaults.ofNewUser();

            var first = vault.init().then().statusCode(200).extract().<String>path("masterKey");

            vault.init().then().statusCode(200).body("masterKey", equalTo(first));
        }

        @Test
        void writesInitAuditRows() {
            var vault = Vaults.initialised();

            vault.init();

            assertThat(vault.trail()).containsExactly("init 201 created", "init 200 already-exists");
        }
    }

    @Nested
    class Status {
        @Test
        void returnsVaultExistsFalseForAUserWithNoVault() {
            Vaults.ofNewUser()
                    .status()
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .body(equalTo("{\"vaultExists\":false,\"hasRecoveryWrap\":false,\"zeroKnowledge\":false,"
                            + "\"recoverySetAt\":null}"));
        }

        @Test
        void reportsVaultExistsTrueAfterInitNoRecoveryYet() {
            Vaults.initialised()
                    .status()
                    .then()
                    .statusCode(200)
                    .body("vaultExists", equalTo(true))
                    .body("hasRecoveryWrap", equalTo(false))
                    .body("zeroKnowledge", equalTo(false));
        }

        @Test
        void reportsHasRecoveryWrapTrueAfterSetRecoveryWrap() {
            Vaults.withRecoveryWrap()
                    .status()
                    .then()
                    .statusCode(200)
                    .body("hasRecoveryWrap", equalTo(true))
                    .body("zeroKnowledge", equalTo(false))
                    .body("recoverySetAt", matchesPattern("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
        }

        @Test
        void reportsZeroKnowledgeTrueAfterEnableZeroKnowledge() {
            Vaults.zeroKnowledge()
                    .status()
                    .then()
                    .statusCode(200)
                    .body("zeroKnowledge", equalTo(true))
                    .body("hasRecoveryWrap", equalTo(true));
        }

        @Test
        void doesNotWriteAnAuditRowCheapMetadataRead() {
            var vault = Vaults.initialised();
            var before = vault.trail();

            vault.status().then().statusCode(200);

            assertThat(vault.trail()).isEqualTo(before);
        }
    }

    @Nested
    class SetRecoveryWrap {
        @Test
        void storesTheRecoveryWrapOnAnExistingVault() {
            var vault = Vaults.initialised();
            var wrap = Vaults.Recovery.random();

            vault.setRecovery(wrap).then().statusCode(200).body(equalTo("{\"ok\":true}"));

            assertThat(vault.row())
                    .containsEntry("recovery_wrapped_mk", wrap.wrapped())
                    .containsEntry("recovery_iv", wrap.iv())
                    .containsEntry("recovery_format_version", 1)
                    .hasEntrySatisfying("recovery_set_at", at -> assertThat(at).isNotNull());
        }

        @Test
        void refusesWithVaultNotFoundWhenNoVaultExists() {
            var vault = Vaults.ofNewUser();

            vault.setRecovery(Vaults.Recovery.random())
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("VAULT_NOT_INITIALISED"));

            assertThat(vault.trail()).containsExactly("recovery_set 404 no-vault");
        }

        @Test
        void isIdempotentReplacesThePreviousWrap() {
            var vault = Vaults.withRecoveryWrap();
            var second = Vaults.Recovery.random();

            vault.setRecovery(second).then().statusCode(200);

            assertThat(vault.row())
                    .containsEntry("recovery_wrapped_mk", second.wrapped())
                    .containsEntry("recovery_iv", second.iv());
        }

        @Test
        void writesARecoverySetAuditRow() {
            assertThat(Vaults.withRecoveryWrap().trail()).containsExactly("init 201 created", "recovery_set 200 null");
        }
    }

    @Nested
    class ClearRecoveryWrap {
        @Test
        void removesTheRecoveryWrap() {
            var vault = Vaults.withRecoveryWrap();

            vault.clearRecovery().then().statusCode(200).body(equalTo("{\"ok\":true}"));
            vault.clearRecovery().then().statusCode(200);

            assertThat(vault.row())
                    .containsEntry("recovery_wrapped_mk", null)
                    .containsEntry("recovery_iv", null)
                    .containsEntry("recovery_set_at", null);
            assertThat(vault.trail()).endsWith("recovery_clear 200 null", "recovery_clear 200 null");
        }

        @Test
        void refusesWithZeroKnowledgeActiveWhenZkIsOn() {
            var vault = Vaults.zeroKnowledge();

            vault.clearRecovery().then().statusCode(409).body("code", equalTo("ZK_ACTIVE"));

            assertThat(vault.row()).hasEntrySatisfying("recovery_wrapped_mk", wrap -> assertThat(wrap)
                    .isNotNull());
            assertThat(vault.trail()).endsWith("recovery_clear 409 zk-active");
        }

        @Test
        void refusesWithVaultNotFoundWhenNoVaultExists() {
            var vault = Vaults.ofNewUser();

            vault.clearRecovery().then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));

            assertThat(vault.trail()).containsExactly("recovery_clear 404 no-vault");
        }
    }

    @Nested
    class EnableZeroKnowledge {
        @Test
        void flipsZeroKnowledgeTrueAndNullsOutWrappedMk() {
            var vault = Vaults.withRecoveryWrap();

            vault.enableZeroKnowledge().then().statusCode(200).body(equalTo("{\"ok\":true,\"zeroKnowledge\":true}"));

            assertThat(vault.row())
                    .containsEntry("zero_knowledge", true)
                    .containsEntry("wrapped_mk", null)
                    .containsEntry("wrap_iv", null)
                    .hasEntrySatisfying(
                            "recovery_wrapped_mk", wrap -> assertThat(wrap).isNotNull())
                    .hasEntrySatisfying(
                            "key_check_value", value -> assertThat(value).isNotNull());
            assertThat(vault.trail()).endsWith("zk_enable 200 null");
        }

        @Test
        void refusesWithRecoveryWrapMissingIfNoRecoveryWrapIsSet() {
            var vault = Vaults.initialised();

            vault.enableZeroKnowledge().then().statusCode(400).body("code", equalTo("RECOVERY_WRAP_MISSING"));

            assertThat(vault.trail()).endsWith("zk_enable 400 no-recovery-wrap");
            vault.key().then().statusCode(200).body("masterKey", notNullValue());
        }

        @Test
        void isIdempotentSecondCallIsANoOp() {
            var vault = Vaults.zeroKnowledge();
            var before = vault.row();

            vault.enableZeroKnowledge().then().statusCode(200);

            assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
            assertThat(vault.trail()).endsWith("zk_enable 200 already-enabled");
        }

        @Test
        void refusesWithVaultNotFoundWhenNoVaultExists() {
            var vault = Vaults.ofNewUser();

            vault.enableZeroKnowledge().then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));

            assertThat(vault.trail()).containsExactly("zk_enable 404 no-vault");
        }
    }

    @Nested
    class DisableZeroKnowledge {
        @Test
        void restoresWrappedMkFromAClientSuppliedMasterKey() {
            var vault = Vaults.withRecoveryWrap();
            var masterKey = vault.masterKey();
            vault.enableZeroKnowledge();

            vault.disableZeroKnowledge(masterKey)
                    .then()
                    .statusCode(200)
                    .body(equalTo("{\"ok\":true,\"zeroKnowledge\":false}"));

            vault.key().then().statusCode(200).body("masterKey", equalTo(masterKey));
            assertThat(vault.row())
                    .containsEntry("zero_knowledge", false)
                    .hasEntrySatisfying(
                            "recovery_wrapped_mk", wrap -> assertThat(wrap).isNotNull());
            assertThat(vault.trail()).contains("zk_disable 200 null");
        }

        @Test
        void isANoOpWhenZkIsAlreadyOff() {
            var vault = Vaults.initialised();
            var masterKey = vault.masterKey();

            vault.disableZeroKnowledge(OTHER_KEY).then().statusCode(200);

            assertThat(vault.trail()).endsWith("zk_disable 200 already-disabled");
            assertThat(vault.masterKey()).isEqualTo(masterKey);
        }
    }

    @Nested
    class Fetch {
        @Test
        void returnsTheUnwrappedMkInStandardMode() {
            var vault = Vaults.ofNewUser();
            var minted = vault.init().<String>path("masterKey");

            vault.key()
                    .then()
                    .statusCode(200)
                    .contentType("application/json")
                    .header("Cache-Control", "no-store")
                    .body("masterKey", equalTo(minted))
                    .body("requiresRecoveryCode", nullValue());

            assertThat(vault.trail()).endsWith("fetch 200 null");
        }

        @Test
        void returnsRecoveryBlobWithRequiresRecoveryCodeInZkMode() {
            var vault = Vaults.zeroKnowledge();
            var row = vault.row();

            vault.key()
                    .then()
                    .statusCode(200)
                    .header("Cache-Control", "no-store")
                    .body("masterKey", nullValue())
                    .body("requiresRecoveryCode", equalTo(true))
                    .body("recoveryWrappedMk", equalTo(row.get("recovery_wrapped_mk")))
                    .body("recoveryIv", equalTo(row.get("recovery_iv")))
                    .body("formatVersion", equalTo(1));
            vault.init().then().statusCode(200).body("requiresRecoveryCode", equalTo(true));

            assertThat(vault.trail()).endsWith("fetch 200 zk-recovery-blob", "init 200 already-exists-zk");
        }

        @Test
        void refusesWithVaultNotFoundWhenUninitialised() {
            var vault = Vaults.ofNewUser();

            vault.key()
                    .then()
                    .statusCode(404)
                    .contentType("application/json")
                    .body("code", equalTo("VAULT_NOT_INITIALISED"))
                    .body("error", notNullValue());

            assertThat(vault.trail()).containsExactly("failed_fetch 404 not-initialised");
        }
    }

    @Nested
    class Rotate {
        @Test
        void mintsAFreshMasterKeyAndWipesAnyExistingRecoveryWrap() {
            var vault = Vaults.withRecoveryWrap();
            var former = vault.masterKey();

            var fresh = vault.rotate()
                    .then()
                    .statusCode(200)
                    .body("masterKey", not(equalTo(former)))
                    .body("formatVersion", equalTo(1))
                    .body("keyGeneration", equalTo(2))
                    .extract()
                    .<String>path("masterKey");

            assertThat(vault.masterKey()).isEqualTo(fresh);
            assertThat(vault.row())
                    .containsEntry("recovery_wrapped_mk", null)
                    .containsEntry("recovery_iv", null)
                    .containsEntry("recovery_set_at", null)
                    .hasEntrySatisfying("rotated_at", at -> assertThat(at).isNotNull());
            assertThat(vault.trail()).contains("rotate 200 null");
        }

        @Test
        void refusesWithZeroKnowledgeRotateForbiddenInZkMode() {
            var vault = Vaults.zeroKnowledge();

            vault.rotate().then().statusCode(409).body("code", equalTo("ZK_ROTATE_FORBIDDEN"));

            assertThat(vault.trail()).endsWith("rotate 409 zk-rotate-forbidden");
            assertThat(vault.row()).containsEntry("key_generation", 1L).containsEntry("wrapped_mk", null);
        }
    }

    @Nested
    class DatabaseInvariants {
        @Test
        void enforcesZkConsistencySettingWrappedMkBackWhileZkActiveIsRejected() {
            var vault = Vaults.zeroKnowledge();

            assertThatThrownBy(() -> AdminDatabase.tamper(
                            "UPDATE auth.encryption_vaults SET wrapped_mk = 'x', wrap_iv = 'y' WHERE user_id = ?",
                            vault.userId()))
                    .hasMessageContaining("encryption_vaults_zk_consistency");
        }

        @Test
        void enforcesWrapIvPairAWrapWithoutItsNonceIsRejected() {
            var vault = Vaults.withRecoveryWrap();

            assertThatThrownBy(() -> AdminDatabase.execute(
                            "UPDATE auth.encryption_vaults SET recovery_iv = NULL WHERE user_id = ?", vault.userId()))
                    .hasMessageContaining("encryption_vaults_wrap_iv_pair");
        }
    }
}
