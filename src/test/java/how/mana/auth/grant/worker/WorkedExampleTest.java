package how.mana.auth.grant.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.crypto.Hkdf;
import how.mana.auth.grant.worker.DecryptAudit.Attempt;
import how.mana.auth.grant.worker.FieldResult.Reason;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A grant from end to end: the client seals, the service wraps, the worker opens. */
class WorkedExampleTest {
    private static final JsonNode NOTE = JsonNodeFactory.instance.textNode("Milk, eggs, Grüße");

    private final SecureRandom random = new SecureRandom();
    private final GrantVector vector = GrantVector.grants().get(0);
    private final List<Attempt> rows = new ArrayList<>();

    @Test
    void aFieldSealedUnderTheMissionKeyOpensAtTheWorker() throws GeneralSecurityException {
        JsonNode sealed;
        try (var atTheClient = MissionKey.takeOwnershipOf(derive(vector))) {
            sealed = atTheClient.seal(NOTE, random);
        }

        assertThat(openAtTheWorker(sealed)).isEqualTo(new FieldResult.Opened(NOTE));
        assertThat(rows)
                .containsExactly(new Attempt(
                        "alice",
                        "mission-0-CwfYxvN4",
                        Optional.of("run-1"),
                        new RecordRef("notes", "abc"),
                        Optional.empty()));
    }

    /** What the web client does today, and why its missions read nothing. */
    @Test
    void aFieldSealedWithTheMasterKeyItselfDoesNotOpen() throws GeneralSecurityException {
        JsonNode sealed;
        try (var masterKey = vector.key("masterKey")) {
            sealed = masterKey.seal(NOTE, random);
        }

        assertThat(openAtTheWorker(sealed)).isEqualTo(new FieldResult.Refused(Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY));
        assertThat(rows)
                .extracting(Attempt::refusal)
                .containsExactly(Optional.of(Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY));
    }

    @ParameterizedTest
    @MethodSource("how.mana.auth.grant.worker.GrantVector#grants")
    void theClientDerivesTheMissionKeyOfTheVectors(GrantVector vector) {
        assertThat(derive(vector)).isEqualTo(vector.bytes("missionDataKey"));
    }

    private FieldResult openAtTheWorker(JsonNode sealed) throws GeneralSecurityException {
        var grant = vector.answer().put("wrappedKey", vector.wrap(derive(vector)));
        var clock = Clock.fixed(GrantVector.ISSUED, ZoneOffset.UTC);
        var unwrapper = new GrantUnwrapper(vector.pem(), clock, GrantLedger.unchecked());
        var result = (UnwrapResult.Opened) unwrapper.unwrap(grant.toString(), "alice");
        try (var mission = result.mission()) {
            return FieldOpener.of(mission, Optional.of("run-1"), rows::add).open(new RecordRef("notes", "abc"), sealed);
        }
    }

    private static byte[] derive(GrantVector vector) {
        var derivation = vector.node().required("derivation");
        var info = "mana-ai-mission-grant:v1:tables=" + joined(derivation.required("tables")) + ":ids="
                + joined(derivation.required("recordIds"));
        var salt = derivation.required("missionId").textValue();
        return Hkdf.sha256(vector.bytes("masterKey"), salt.getBytes(UTF_8), info.getBytes(UTF_8), MissionKey.LENGTH);
    }

    private static String joined(JsonNode texts) {
        var sorted = new ObjectMapper().convertValue(texts, String[].class);
        Arrays.sort(sorted);
        return String.join(",", sorted);
    }
}
