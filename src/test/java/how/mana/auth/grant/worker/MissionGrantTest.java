package how.mana.auth.grant.worker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MissionGrantTest {
    private final ObjectNode answer = GrantVector.grants().get(1).answer();

    @Test
    void theAnswerOfTheServiceIsRead() {
        var grant = MissionGrant.parse(answer.toString()).orElseThrow();

        assertThat(grant.grantId()).isEmpty();
        assertThat(grant.wrappedKey()).hasSize(344);
        assertThat(grant.derivation().version()).isEqualTo("v1");
        assertThat(grant.derivation().missionId()).isEqualTo("mission-1-KQQMvNMX");
        assertThat(grant.derivation().tables()).containsExactly("notes", "tasks");
        assertThat(grant.derivation().recordIds()).containsExactly("notes:1", "tasks:2", "tasks:10");
        assertThat(grant.issuedAt()).isEqualTo("2026-04-28T10:00:00Z");
        assertThat(grant.expiresAt()).isEqualTo("2026-05-05T10:00:00Z");
    }

    @Test
    void aGrantMayHaveAnIdAndMembersNobodyKnowsYet() {
        answer.put("grantId", "g-1").putObject("later").put("a", 1);

        assertThat(MissionGrant.parse(answer.toString()).flatMap(MissionGrant::grantId))
                .isEqualTo(Optional.of("g-1"));
    }

    @Test
    void anIdThatIsNullIsNone() {
        answer.putNull("grantId");

        assertThat(MissionGrant.parse(answer.toString()).orElseThrow().grantId())
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "null", "[]", "{}", "\"grant\"", "{", "{\"derivation\":[]}", "\u0000"})
    void aTextOfAnotherShapeIsNoGrant(String text) {
        assertThat(MissionGrant.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("damages")
    void aMemberOfAnotherShapeIsNoGrant(Consumer<ObjectNode> damage) {
        damage.accept(answer);

        assertThat(MissionGrant.parse(answer.toString())).isEmpty();
    }

    @Test
    void aGrantThatDoesNotSayWhenItEndsHasEnded() {
        answer.remove("expiresAt");
        assertThat(MissionGrant.parse(answer.toString()).orElseThrow().isExpiredAt(Instant.EPOCH))
                .isTrue();

        answer.put("expiresAt", 1777975200000L);
        assertThat(MissionGrant.parse(answer.toString()).orElseThrow().isExpiredAt(Instant.EPOCH))
                .isTrue();
    }

    static Stream<Consumer<ObjectNode>> damages() {
        return Stream.of(
                grant -> grant.remove("wrappedKey"),
                grant -> grant.put("wrappedKey", 1),
                grant -> grant.remove("issuedAt"),
                grant -> grant.putNull("issuedAt"),
                grant -> grant.put("grantId", 7),
                grant -> grant.remove("derivation"),
                grant -> grant.put("derivation", "v1"),
                grant -> derivation(grant).put("version", 1),
                grant -> derivation(grant).remove("missionId"),
                grant -> derivation(grant).put("tables", "notes"),
                grant -> derivation(grant).remove("recordIds"),
                grant -> derivation(grant).withArray("recordIds").add(1),
                grant -> derivation(grant).withArray("tables").addNull());
    }

    @Test
    void aMemberNamedTwiceOrTextAfterTheGrantIsNoGrant() {
        var text = answer.toString();

        assertThat(MissionGrant.parse(text + "{}")).isEmpty();
        assertThat(MissionGrant.parse("{\"expiresAt\":\"2099-01-01T00:00:00Z\"," + text.substring(1)))
                .isEmpty();
    }

    @Test
    void theListsAreCopies() {
        var ids = new java.util.ArrayList<>(List.of("notes:1"));
        var derivation = new MissionGrant.Derivation("v1", "m", List.of("notes"), ids);

        ids.add("notes:2");

        assertThat(derivation.recordIds()).containsExactly("notes:1");
    }

    private static ObjectNode derivation(ObjectNode grant) {
        return (ObjectNode) grant.required("derivation");
    }
}
