package how.mana.auth.vault;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.Base64;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Every refusal has its code, changes nothing, and leaves its row in the trail although its work was rolled back. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class RefusalTest {
    private static final String WRAP = Vaults.base64(48);
    private static final String IV = Vaults.base64(12);
    private static final String KEY = Vaults.base64(32);

    static Stream<Arguments> malformedRecoveryWraps() {
        return Stream.of(
                        "",
                        "{",
                        "null",
                        "[]",
                        "\"text\"",
                        "{}",
                        "{\"recoveryWrappedMk\":\"\",\"recoveryIv\":\"\"}",
                        wrap("not base64 !!", "x"),
                        wrap(Vaults.base64(47), IV),
                        wrap(Vaults.base64(49), IV),
                        wrap(WRAP, Vaults.base64(11)),
                        wrap(WRAP, Vaults.base64(13)),
                        wrap(WRAP + "\\n", IV),
                        wrap(WRAP.replace(WRAP.charAt(0), '-'), IV),
                        wrap(Base64.getUrlEncoder().encodeToString(new byte[] {-1, -1, -1}) + WRAP.substring(4), IV),
                        "{\"recoveryWrappedMk\":7,\"recoveryIv\":\"" + IV + "\"}",
                        "{\"recoveryWrappedMk\":\"" + WRAP + "\"}",
                        "{\"recoveryWrappedMk\":\"" + WRAP + "\",\"recoveryIv\":\"" + IV
                                + "\",\"keyGeneration\":\"1\"}",
                        "{\"recoveryWrappedMk\":\"" + WRAP + "\",\"recoveryIv\":\"" + IV + "\",\"keyGeneration\":0}",
                        "{\"recoveryWrappedMk\":\"" + WRAP + "\",\"recoveryIv\":\"" + IV + "\",\"keyGeneration\":1.5}",
                        "{\"recoveryWrappedMk\":\"" + WRAP + "\",\"recoveryIv\":\"" + IV + "\",\"keyGeneration\":1e99}",
                        "{\"recoveryIv\":\"" + IV + "\",\"recoveryIv\":\"" + IV + "\",\"recoveryWrappedMk\":\"" + WRAP
                                + "\"}",
                        wrap(WRAP, IV) + " trailing")
                .map(Arguments::of);
    }

    private static String wrap(String wrapped, String iv) {
        return "{\"recoveryWrappedMk\":\"" + wrapped + "\",\"recoveryIv\":\"" + iv + "\"}";
    }

    @ParameterizedTest
    @MethodSource("malformedRecoveryWraps")
    void aMalformedRecoveryWrapIsRefusedAndStoredNowhere(String body) {
        var vault = Vaults.initialised();
        var before = vault.row();

        send(vault, "/recovery-wrap", body)
                .then()
                .statusCode(400)
                .contentType("application/json")
                .body("code", equalTo("BAD_REQUEST"))
                .body("error", notNullValue());

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).endsWith("recovery_set 400 bad-request");
    }

    static Stream<Arguments> malformedSwitches() {
        return Stream.of(
                Arguments.of("", "zk_change"),
                Arguments.of("{", "zk_change"),
                Arguments.of("null", "zk_change"),
                Arguments.of("[true]", "zk_change"),
                Arguments.of("{}", "zk_change"),
                Arguments.of("{\"enable\":null}", "zk_change"),
                Arguments.of("{\"enable\":\"true\"}", "zk_change"),
                Arguments.of("{\"enable\":1}", "zk_change"),
                Arguments.of("{\"enable\":true,\"enable\":false}", "zk_change"),
                Arguments.of("{\"enable\":true} {}", "zk_change"),
                Arguments.of("{\"enable\":false}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":null}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":7}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":[\"" + KEY + "\"]}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":\"\"}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":\"not base64!\"}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":\"" + Vaults.base64(31) + "\"}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":\"" + Vaults.base64(33) + "\"}", "zk_disable"),
                Arguments.of("{\"enable\":false,\"masterKey\":\"" + KEY.replace("=", "") + "\"}", "zk_disable"));
    }

    @ParameterizedTest
    @MethodSource("malformedSwitches")
    void aMalformedSwitchIsRefusedAndChangesNothing(String body, String action) {
        var vault = Vaults.zeroKnowledge();
        var before = vault.row();

        send(vault, "/zero-knowledge", body).then().statusCode(400).body("code", equalTo("BAD_REQUEST"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).endsWith(action + " 400 bad-request");
    }

    @Test
    void unknownMembersAreIgnored() {
        var vault = Vaults.initialised();

        send(vault, "/recovery-wrap", wrap(WRAP, IV).replace("{", "{\"later\":{\"x\":[1]},"))
                .then()
                .statusCode(200);
        send(vault, "/zero-knowledge", "{\"later\":{\"x\":[1]},\"enable\":true}")
                .then()
                .statusCode(200);
    }

    @Test
    void aJsonContentTypeOnABodilessCallIsFine() {
        var vault = Vaults.ofNewUser();

        vault.request()
                .contentType(ContentType.JSON)
                .get(Vaults.PATH + "/key")
                .then()
                .statusCode(404);
        vault.request()
                .contentType(ContentType.JSON)
                .post(Vaults.PATH + "/init")
                .then()
                .statusCode(200);
        vault.request()
                .contentType(ContentType.JSON)
                .body("{ not json")
                .post(Vaults.PATH + "/rotate")
                .then()
                .statusCode(200);
        vault.request()
                .contentType(ContentType.JSON)
                .delete(Vaults.PATH + "/recovery-wrap")
                .then()
                .statusCode(200);
    }

    @Test
    void anotherKeyThanTheOneHandedOverIsRefusedOnTheWayBack() {
        var vault = Vaults.zeroKnowledge();
        var before = vault.row();

        vault.disableZeroKnowledge(KEY).then().statusCode(400).body("code", equalTo("MASTER_KEY_MISMATCH"));

        assertThat(vault.row()).usingRecursiveComparison().isEqualTo(before);
        assertThat(vault.trail()).endsWith("zk_disable 400 master-key-mismatch");
    }

    @Test
    void aVaultWithoutCheckValueTakesTheKeyAndSaysSo() {
        var vault = Vaults.zeroKnowledge();
        AdminDatabase.execute(
                "UPDATE auth.encryption_vaults SET key_check_value = NULL WHERE user_id = ?", vault.userId());

        vault.disableZeroKnowledge(KEY).then().statusCode(200);

        assertThat(vault.masterKey()).isEqualTo(KEY);
        assertThat(vault.trail()).contains("zk_disable 200 kcv-unknown");
        assertThat(vault.row().get("key_check_value")).isNotNull();
    }

    @Test
    void zeroKnowledgeWithoutAVaultIsRefusedBothWays() {
        var vault = Vaults.ofNewUser();

        vault.enableZeroKnowledge().then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));
        vault.disableZeroKnowledge(KEY).then().statusCode(404).body("code", equalTo("VAULT_NOT_INITIALISED"));

        assertThat(vault.trail()).containsExactly("zk_enable 404 no-vault", "zk_disable 404 no-vault");
    }

    @Test
    void aRecoveryWrapThatNoClientCanHaveMadeDoesNotCountAsOne() {
        var vault = Vaults.initialised();
        AdminDatabase.execute(
                "UPDATE auth.encryption_vaults SET recovery_wrapped_mk = 'not base64 !!', recovery_iv = 'x'"
                        + " WHERE user_id = ?",
                vault.userId());

        vault.enableZeroKnowledge().then().statusCode(400).body("code", equalTo("RECOVERY_WRAP_MISSING"));

        assertThat(vault.trail()).endsWith("zk_enable 400 malformed-recovery-wrap");
        vault.key().then().statusCode(200).body("masterKey", notNullValue());
    }

    @Test
    void rotatingWithoutAVaultMakesOne() {
        var vault = Vaults.ofNewUser();

        vault.rotate().then().statusCode(200).body("keyGeneration", equalTo(1));

        assertThat(vault.trail()).containsExactly("rotate 201 init-on-rotate");
    }

    @Test
    void probingLeavesATrail() {
        var vault = Vaults.ofNewUser();

        for (var i = 0; i < 5; i++) {
            vault.key().then().statusCode(404);
        }

        assertThat(vault.trail()).hasSize(5).containsOnly("failed_fetch 404 not-initialised");
    }

    @Test
    void longUserAgentsAreCut() {
        var vault = Vaults.ofNewUser();

        vault.request().header("User-Agent", "a".repeat(2000)).get(Vaults.PATH + "/key");

        assertThat(AdminDatabase.rows(
                        "SELECT user_agent, ip_address FROM auth.encryption_vault_audit WHERE user_id = ?",
                        vault.userId()))
                .singleElement()
                .satisfies(row -> assertThat(row)
                        .containsEntry("user_agent", "a".repeat(512))
                        .containsEntry("ip_address", "127.0.0.1"));
    }

    @Test
    void withoutTrustedProxiesAForwardedAddressIsNobodys() {
        var vault = Vaults.ofNewUser();

        vault.request()
                .header("X-Forwarded-For", "203.0.113.9")
                .header("X-Real-IP", "203.0.113.9")
                .get(Vaults.PATH + "/key");

        assertThat(AdminDatabase.rows(
                        "SELECT ip_address FROM auth.encryption_vault_audit WHERE user_id = ?", vault.userId()))
                .singleElement()
                .satisfies(row -> assertThat(row).containsEntry("ip_address", "127.0.0.1"));
    }

    private static io.restassured.response.Response send(Vaults vault, String route, String body) {
        return vault.request().contentType(ContentType.JSON).body(body).post(Vaults.PATH + route);
    }
}
