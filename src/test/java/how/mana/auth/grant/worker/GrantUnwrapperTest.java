package how.mana.auth.grant.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import how.mana.auth.grant.worker.GrantLedger.Standing;
import how.mana.auth.grant.worker.UnwrapResult.Opened;
import how.mana.auth.grant.worker.UnwrapResult.Reason;
import how.mana.auth.grant.worker.UnwrapResult.Refused;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class GrantUnwrapperTest {
    private static final GrantLedger GOOD = (grant, userId) -> Standing.OK;
    private static final GrantLedger NEVER_ASKED = (grant, userId) -> {
        throw new AssertionError("The ledger was asked");
    };

    private final GrantVector vector = GrantVector.grants().get(0);
    private final ObjectNode answer = vector.answer();

    @ParameterizedTest
    @MethodSource("how.mana.auth.grant.worker.GrantVector#grants")
    void aGrantOpensToTheMissionKey(GrantVector vector) throws GeneralSecurityException {
        var result = unwrapper(vector.pem(), GrantVector.ISSUED, GOOD)
                .unwrap(vector.answer().toString(), "alice");

        try (var mission = opened(result)) {
            assertThat(openedWith(vector.bytes("missionDataKey"), sealedBy(mission.key())))
                    .isEqualTo("\"who holds this key?\"");
        }
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.grant.worker.GrantVector#grants")
    void anOpenMissionAllowsTheRecordsOfItsGrantAndNoOthers(GrantVector vector) {
        var result = unwrapper(vector.pem(), GrantVector.ISSUED, GOOD)
                .unwrap(vector.answer().toString(), "alice");

        try (var mission = opened(result)) {
            var derivation = vector.node().required("derivation");
            assertThat(mission.userId()).isEqualTo("alice");
            assertThat(mission.missionId())
                    .isEqualTo(derivation.required("missionId").textValue());
            assertThat(derivation.required("recordIds")).allSatisfy(id -> {
                var parts = id.textValue().split(":", 2);
                assertThat(mission.allows(new RecordRef(parts[0], parts[1]))).isTrue();
            });
            assertThat(mission.allows(new RecordRef("notes", "somebody-elses"))).isFalse();
        }
    }

    @Test
    void aWorkerWithoutAKeyIsNotConfigured() {
        assertRefused(Reason.NOT_CONFIGURED, unwrapper(Optional.empty(), GrantVector.ISSUED, NEVER_ASKED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " \n",
                "\\n",
                "no PEM",
                "-----BEGIN PRIVATE KEY-----\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----",
                "-----BEGIN PRIVATE KEY-----\n!\n-----END PRIVATE KEY-----",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----"
            })
    void aWorkerWithoutAReadableKeyIsNotConfigured(String pem) {
        assertRefused(Reason.NOT_CONFIGURED, unwrapper(Optional.of(pem), GrantVector.ISSUED, NEVER_ASKED));
    }

    @Test
    void theLineEndsOfTheKeyMayBeSpelledOut() {
        var pem = vector.pem().map(text -> text.replace("\n", "\\n"));

        assertThat(unwrapper(pem, GrantVector.ISSUED, GOOD).unwrap(answer.toString(), "alice"))
                .isInstanceOf(Opened.class);
    }

    @Test
    void theLineEndsOfTheKeyMayBeThoseOfWindows() {
        var pem = vector.pem().map(text -> text.replace("\n", "\r\n"));

        assertThat(unwrapper(pem, GrantVector.ISSUED, GOOD).unwrap(answer.toString(), "alice"))
                .isInstanceOf(Opened.class);
    }

    @Test
    void aMissingKeyIsNamedBeforeAnythingElse() {
        assertThat(unwrapper(Optional.empty(), Instant.MAX, NEVER_ASKED).unwrap("no grant", "alice"))
                .isEqualTo(new Refused(Reason.NOT_CONFIGURED));
    }

    @Test
    void aGrantIsGoodUpToTheInstantItEnds() {
        assertThat(unwrapper(vector.pem(), GrantVector.EXPIRES, GOOD).unwrap(answer.toString(), "alice"))
                .isInstanceOf(Opened.class);
    }

    @Test
    void aGrantIsExpiredAMillisecondLater() {
        assertRefused(Reason.EXPIRED, unwrapper(vector.pem(), GrantVector.EXPIRES.plusMillis(1), NEVER_ASKED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "soon", "2026-05-05", "1777975200000"})
    void aGrantThatDoesNotSayWhenItEndsIsExpired(String expiresAt) {
        answer.put("expiresAt", expiresAt);

        assertRefused(Reason.EXPIRED, unwrapper(vector.pem(), GrantVector.ISSUED, NEVER_ASKED));
    }

    @Test
    void theEndIsCheckedBeforeAnythingIsDecoded() {
        answer.put("wrappedKey", "not base64 !!");

        assertRefused(Reason.EXPIRED, unwrapper(vector.pem(), GrantVector.EXPIRES.plusMillis(1), NEVER_ASKED));
    }

    @ParameterizedTest
    @CsvSource({"EXPIRED, EXPIRED", "MALFORMED, MALFORMED", "REVOKED, REVOKED"})
    void whatTheLedgerSaysIsTheReason(Standing standing, Reason reason) {
        assertRefused(reason, unwrapper(vector.pem(), GrantVector.ISSUED, (grant, userId) -> standing));
    }

    @Test
    void theLedgerIsAskedBeforeAnythingIsDecoded() {
        answer.put("wrappedKey", "not base64 !!");

        assertRefused(Reason.REVOKED, unwrapper(vector.pem(), GrantVector.ISSUED, (grant, userId) -> Standing.REVOKED));
    }

    @Test
    void theLedgerIsAskedAboutTheGrantOfTheUser() {
        var asked = new ArrayList<String>();
        GrantLedger ledger = (grant, userId) -> {
            asked.addAll(List.of(grant.grantId().orElseThrow(), userId));
            return Standing.OK;
        };
        answer.put("grantId", "g-1");

        assertThat(unwrapper(vector.pem(), GrantVector.ISSUED, ledger).unwrap(answer.toString(), "alice"))
                .isInstanceOf(Opened.class);

        assertThat(asked).containsExactly("g-1", "alice");
    }

    @Test
    void aLedgerWithoutAnAnswerOpensNothing() {
        GrantLedger ledger = (grant, userId) -> {
            throw new GrantLedger.UnavailableException("down");
        };
        var unwrapper = unwrapper(vector.pem(), GrantVector.ISSUED, ledger);

        assertThatExceptionOfType(GrantLedger.UnavailableException.class)
                .isThrownBy(() -> unwrapper.unwrap(answer.toString(), "alice"));
    }

    @Test
    void aWorkerMaySayThatItHasNoLedger() {
        assertThat(unwrapper(vector.pem(), GrantVector.ISSUED, GrantLedger.unchecked())
                        .unwrap(answer.toString(), "alice"))
                .isInstanceOf(Opened.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "{}", "{"})
    void aTextThatIsNoGrantIsMalformed(String text) {
        assertThat(unwrapper(vector.pem(), GrantVector.ISSUED, NEVER_ASKED).unwrap(text, "alice"))
                .isEqualTo(new Refused(Reason.MALFORMED));
    }

    @ParameterizedTest
    @ValueSource(strings = {"not base64 !!", "AA A", "_-8=", "A"})
    void aWrapThatIsNotBase64IsMalformed(String wrappedKey) {
        answer.put("wrappedKey", wrappedKey);

        assertRefused(Reason.MALFORMED, unwrapper(vector.pem(), GrantVector.ISSUED, GOOD));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v2", "V1"})
    void anotherVersionIsMalformed(String version) {
        ((ObjectNode) answer.required("derivation")).put("version", version);

        assertRefused(Reason.MALFORMED, unwrapper(vector.pem(), GrantVector.ISSUED, GOOD));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void aKeyOfAnotherLengthIsMalformed(int length) throws GeneralSecurityException {
        answer.put("wrappedKey", vector.wrap(new byte[length]));

        assertRefused(Reason.MALFORMED, unwrapper(vector.pem(), GrantVector.ISSUED, GOOD));
    }

    @Test
    void aWrapForAnotherWorkerIsRejected() {
        var other = GrantVector.grants().get(1).pem();

        assertRefused(Reason.WRAP_REJECTED, unwrapper(other, GrantVector.ISSUED, GOOD));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 255, 257, 512})
    void aWrapOfAnotherLengthIsRejected(int length) {
        answer.put("wrappedKey", Base64.getEncoder().encodeToString(new byte[length]));

        assertRefused(Reason.WRAP_REJECTED, unwrapper(vector.pem(), GrantVector.ISSUED, GOOD));
    }

    @Test
    void aChangedWrapIsRejected() {
        byte[] wrapped = vector.bytes("wrappedKey");
        wrapped[200] ^= 1;
        answer.put("wrappedKey", Base64.getEncoder().encodeToString(wrapped));

        assertRefused(Reason.WRAP_REJECTED, unwrapper(vector.pem(), GrantVector.ISSUED, GOOD));
    }

    @ParameterizedTest
    @EnumSource
    void aReasonIsReportedInTheWordsOfTheContract(Reason reason) {
        assertThat(reason.word())
                .isEqualTo(reason.name().toLowerCase(java.util.Locale.ROOT).replace('_', '-'));
    }

    private void assertRefused(Reason reason, GrantUnwrapper unwrapper) {
        assertThat(unwrapper.unwrap(answer.toString(), "alice")).isEqualTo(new Refused(reason));
    }

    private static GrantUnwrapper unwrapper(Optional<String> pem, Instant now, GrantLedger ledger) {
        return new GrantUnwrapper(pem, Clock.fixed(now, ZoneOffset.UTC), ledger);
    }

    private static OpenMission opened(UnwrapResult result) {
        assertThat(result).isInstanceOf(Opened.class);
        return ((Opened) result).mission();
    }

    private static String sealedBy(MissionKey key) {
        return key.seal(JsonNodeFactory.instance.textNode("who holds this key?"), new SecureRandom())
                .textValue();
    }

    /** By hand, so that a key mistaken both ways does not go unnoticed. */
    private static String openedWith(byte[] key, String sealed) throws GeneralSecurityException {
        var parts = sealed.substring("enc:1:".length()).split("\\.", 2);
        var cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(
                Cipher.DECRYPT_MODE,
                new SecretKeySpec(key, "AES"),
                new GCMParameterSpec(128, Base64.getDecoder().decode(parts[0])));
        return new String(cipher.doFinal(Base64.getDecoder().decode(parts[1])), UTF_8);
    }
}
