package how.mana.auth.grant.worker;

import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.grant.worker.DecryptAudit.Attempt;
import how.mana.auth.grant.worker.DecryptAudit.Status;
import how.mana.auth.grant.worker.FieldResult.Opened;
import how.mana.auth.grant.worker.FieldResult.Reason;
import how.mana.auth.grant.worker.FieldResult.Refused;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FieldOpenerTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
    private static final RecordRef LISTED = new RecordRef("notes", "abc");
    private static final Optional<String> RUN = Optional.of("run-1");

    private final GrantVector vector = GrantVector.fieldValues().get(0);
    private final List<Attempt> rows = new ArrayList<>();

    @ParameterizedTest
    @MethodSource("how.mana.auth.grant.worker.GrantVector#fieldValues")
    void aValueOfTheClientsOpens(GrantVector vector) throws IOException {
        assertThat(open(vector, JSON.textNode(vector.text("sealed"))))
                .isEqualTo(new Opened(new ObjectMapper().readTree(vector.text("plaintextJson"))));

        assertRow(Optional.empty(), Status.OK);
    }

    @ParameterizedTest
    @MethodSource("values")
    void whatIsSealedOpensToTheSame(JsonNode value) {
        try (var key = vector.key("masterKey")) {
            assertThat(open(vector, key.seal(value, new SecureRandom()))).isEqualTo(new Opened(value));
        }
    }

    static Stream<JsonNode> values() {
        return Stream.of(
                JSON.textNode(""),
                JSON.textNode("Grüße 😀"),
                JSON.textNode("enc:1:"),
                JSON.numberNode(0.5),
                JSON.booleanNode(true),
                JSON.nullNode(),
                JSON.objectNode().put("title", "x").set("list", JSON.arrayNode().add(1)));
    }

    @ParameterizedTest
    @MethodSource("unsealed")
    void aValueThatIsNotSealedPassesThroughOnRecord(JsonNode value) {
        assertThat(open(vector, value)).isEqualTo(new Opened(value));

        assertRow(Optional.empty(), Status.OK);
    }

    static Stream<JsonNode> unsealed() {
        return Stream.of(
                JSON.nullNode(),
                JSON.textNode(""),
                JSON.textNode("plain"),
                JSON.textNode("enc:2:a.b"),
                JSON.textNode(" enc:1:"),
                JSON.textNode("ENC:1:"),
                JSON.numberNode(42),
                JSON.objectNode());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "enc:1:",
                "enc:1:1A2CuxjFJ+Ia3md3",
                "enc:1:.",
                "enc:1:1A2CuxjFJ+Ia3md3.!",
                "enc:1:!.8hYUynldByvoJ5PP+yU8VUYw3qgS9qo=",
                "enc:1:1A2CuxjFJ+Ia3md3.8hYUynldByvo.J5PP+yU8VUYw3qgS9qo=",
                "enc:1:1A2CuxjFJ+Ia3m.8hYUynldByvoJ5PP+yU8VUYw3qgS9qo=",
                "enc:1:1A2CuxjFJ+Ia3md3AA==.8hYUynldByvoJ5PP+yU8VUYw3qgS9qo=",
                "enc:1:1A2CuxjFJ-Ia3md3.8hYUynldByvoJ5PP+yU8VUYw3qgS9qo="
            })
    void aTextThatIsNotOfTheFormatIsMalformed(String sealed) {
        assertRefused(Reason.CIPHERTEXT_MALFORMED, sealed);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 11, 12, 22})
    void aChangedCiphertextOrTagIsTampered(int position) {
        var sealed = vector.text("sealed");
        byte[] ciphertext = Base64.getDecoder().decode(sealed.substring(sealed.indexOf('.') + 1));
        ciphertext[position] ^= 1;

        assertRefused(
                Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY,
                sealed.substring(0, sealed.indexOf('.') + 1)
                        + Base64.getEncoder().encodeToString(ciphertext));
    }

    @Test
    void aChangedNonceIsTampered() {
        assertRefused(
                Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY,
                vector.text("sealed").replace("1A2CuxjFJ+Ia3md3", "2A2CuxjFJ+Ia3md3"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "AA==", "AAAAAAAAAAAAAAAAAAAA"})
    void aCiphertextShorterThanItsTagIsTampered(String ciphertext) {
        assertRefused(Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY, "enc:1:1A2CuxjFJ+Ia3md3." + ciphertext);
    }

    @Test
    void aValueOfAnotherKeyIsTampered() {
        assertRefused(
                Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY,
                GrantVector.fieldValues().get(1).text("sealed"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "\"hello", "\"a\" \"b\"", "NaN", "{\"a\":}", "\"\\u12\""})
    void aPlaintextThatIsNoJsonFails(String plaintext) throws GeneralSecurityException {
        assertRefused(Reason.DECRYPT_FAILED, sealRaw(plaintext.getBytes(UTF_8)));
    }

    @Test
    void aPlaintextThatIsNotUtf8Fails() throws GeneralSecurityException {
        assertRefused(Reason.DECRYPT_FAILED, sealRaw(new byte[] {'"', (byte) 0xff, '"'}));
    }

    @Test
    void jsonInAnotherEncodingFails() throws GeneralSecurityException {
        assertRefused(Reason.DECRYPT_FAILED, sealRaw("\"hello\"".getBytes(UTF_16BE)));
    }

    @Test
    void aClosedMissionFailsOnRecord() {
        var mission = mission(vector.key("masterKey"));
        mission.close();

        var result = FieldOpener.of(mission, RUN, rows::add).open(LISTED, JSON.textNode(vector.text("sealed")));

        assertThat(result).isEqualTo(new Refused(Reason.DECRYPT_FAILED));
        assertRow(Optional.of(Reason.DECRYPT_FAILED), Status.FAILED);
    }

    @ParameterizedTest
    @MethodSource("recordsOutside")
    void aRecordOutsideTheGrantIsAScopeViolation(RecordRef record) {
        try (var mission = mission(vector.key("masterKey"))) {
            var opener = FieldOpener.of(mission, RUN, rows::add);

            var result = opener.open(record, JSON.textNode(vector.text("sealed")));

            assertThat(result).isEqualTo(new Refused(Reason.RECORD_NOT_IN_GRANT_ALLOWLIST));
            assertThat(rows)
                    .containsExactly(new Attempt(
                            "alice", "mission-1", RUN, record, Optional.of(Reason.RECORD_NOT_IN_GRANT_ALLOWLIST)));
            assertThat(rows.get(0).status()).isEqualTo(Status.SCOPE_VIOLATION);
        }
    }

    static Stream<RecordRef> recordsOutside() {
        return Stream.of(
                new RecordRef("notes", "abd"),
                new RecordRef("tasks", "abc"),
                new RecordRef("notes", "ABC"),
                new RecordRef("notes", ""),
                new RecordRef("", "notes:abc"));
    }

    @Test
    void theAllowListIsCheckedBeforeTheValueIsLookedAt() {
        try (var mission = mission(vector.key("masterKey"))) {
            var opener = FieldOpener.of(mission, RUN, rows::add);

            assertThat(Stream.of("enc:1:broken", "plain")
                            .map(text -> opener.open(new RecordRef("notes", "other"), JSON.textNode(text))))
                    .containsOnly(new Refused(Reason.RECORD_NOT_IN_GRANT_ALLOWLIST));
            assertThat(rows).hasSize(2);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"enc:1:1A2CuxjFJ+Ia3md3.8hYUynldByvoJ5PP+yU8VUYw3qgS9qo=", "enc:1:broken", "plain"})
    void nothingLeavesWhenTheRowCannotBeWritten(String value) {
        DecryptAudit broken = attempt -> {
            throw new DecryptAudit.NotRecordedException("no room");
        };
        try (var mission = mission(vector.key("masterKey"))) {
            var opener = FieldOpener.of(mission, RUN, broken);

            assertThatExceptionOfType(DecryptAudit.NotRecordedException.class)
                    .isThrownBy(() -> opener.open(LISTED, JSON.textNode(value)));
        }
    }

    @Test
    void whatIsPrintedShowsNoPlaintext() {
        assertThat(new Opened(JSON.textNode("hello"))).hasToString("Opened[hidden]");
    }

    @Test
    void theReasonsAreReportedInTheWordsOfTheContract() {
        assertThat(Stream.of(Reason.values()).map(Reason::word))
                .containsExactly(
                        "record-not-in-grant-allowlist",
                        "ciphertext-malformed",
                        "ciphertext-tampered-or-wrong-key",
                        "decrypt-failed",
                        "not-configured",
                        "expired",
                        "malformed",
                        "wrap-rejected",
                        "revoked");
        assertThat(Stream.of(Status.values()).map(Status::word)).containsExactly("ok", "failed", "scope-violation");
    }

    private void assertRefused(Reason reason, String sealed) {
        assertThat(open(vector, JSON.textNode(sealed))).isEqualTo(new Refused(reason));
        assertRow(Optional.of(reason), Status.FAILED);
    }

    private void assertRow(Optional<Reason> refusal, Status status) {
        assertThat(rows).containsExactly(new Attempt("alice", "mission-1", RUN, LISTED, refusal));
        assertThat(rows.get(0).status()).isEqualTo(status);
    }

    private FieldResult open(GrantVector vector, JsonNode value) {
        try (var mission = mission(vector.key("masterKey"))) {
            return FieldOpener.of(mission, RUN, rows::add).open(LISTED, value);
        }
    }

    private static OpenMission mission(MissionKey key) {
        return new OpenMission(
                "alice", new MissionGrant.Derivation("v1", "mission-1", List.of("notes"), List.of("notes:abc")), key);
    }

    /** Under the right key, but not what a client would seal. */
    private String sealRaw(byte[] plaintext) throws GeneralSecurityException {
        var nonce = new byte[12];
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.ENCRYPT_MODE,
                new SecretKeySpec(vector.bytes("masterKey"), "AES"),
                new GCMParameterSpec(128, nonce));
        return new SealedValue(nonce, cipher.doFinal(plaintext)).format();
    }
}
