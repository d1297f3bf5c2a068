package how.mana.auth.grant;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.Vectors;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A mission's key is that of today's clients, and every key has one scope. */
class MissionScopeTest {
    private static final List<String> NOTES = List.of("notes");
    private static final List<String> NOTE = List.of("notes:1");

    static Stream<Vectors.Vector> vectors() {
        return Vectors.of("interop.json", "missionGrant");
    }

    @ParameterizedTest
    @MethodSource("vectors")
    void theKeyIsTheOneThatTodaysServiceDerives(Vectors.Vector vector) {
        var derivation = vector.node().required("derivation");
        var tables = texts(derivation.required("tables"));
        var recordIds = texts(derivation.required("recordIds"));
        Collections.reverse(tables);
        Collections.reverse(recordIds);
        var scope = MissionScope.of(derivation.required("missionId").asText(), tables, recordIds);

        try (var masterKey = vector.key("masterKey");
                var missionKey = scope.keyFrom(masterKey)) {
            assertThat(missionKey.toBase64()).isEqualTo(vector.text("missionDataKey"));
        }
        assertThat(scope.tables()).containsExactlyInAnyOrderElementsOf(tables).isSorted();
        assertThat(scope.recordIds())
                .containsExactlyInAnyOrderElementsOf(recordIds)
                .isSorted();
    }

    private static List<String> texts(JsonNode array) {
        return new java.util.ArrayList<>(StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::asText)
                .toList());
    }

    @Test
    void theOrderIsThatOfUtf16CodeUnits() {
        // U+FFFD sorts after U+10000 in code units, whose surrogates begin at D800, and before it in code points.
        var scope = MissionScope.of("m", List.of("t"), List.of("t:\uFFFD", "t:\uD800\uDC00", "t:a", "t:B"));

        assertThat(scope.recordIds()).containsExactly("t:B", "t:a", "t:\uD800\uDC00", "t:\uFFFD");
    }

    @Test
    void repetitionsAreKept() {
        var scope = MissionScope.of("m", List.of("notes", "notes"), List.of("notes:1", "notes:1"));

        assertThat(scope.tables()).containsExactly("notes", "notes");
        assertThat(scope.recordIds()).containsExactly("notes:1", "notes:1");
    }

    /** The label of 1,000 records is longer than the KiB at which the old runtime failed. */
    @Test
    void aThousandRecordsAreAScope() {
        var scope = MissionScope.of("m", NOTES, records(1000));

        try (var masterKey = KeyMaterial.takeOwnershipOf(new byte[32]);
                var missionKey = scope.keyFrom(masterKey)) {
            assertThat(missionKey.toBase64()).hasSize(44);
        }
    }

    private static List<String> records(int count) {
        return IntStream.range(0, count).mapToObj(i -> "notes:" + i).toList();
    }

    static Stream<Arguments> badScopes() {
        return Stream.of(
                Arguments.of("m", List.of(), NOTE),
                Arguments.of("m", NOTES, List.of()),
                Arguments.of("m", NOTES, records(1001)),
                Arguments.of("m", Collections.nCopies(101, "notes"), NOTE),
                // two scopes with one label
                Arguments.of("m", NOTES, List.of("notes:a,notes:b")),
                Arguments.of("m", List.of("notes,tasks"), List.of("notes,tasks:1")),
                Arguments.of("m", List.of("notes:ids=x"), List.of("notes:ids=x:1")),
                Arguments.of("m", NOTES, List.of("notes:ids=1")),
                // records of no table
                Arguments.of("m", NOTES, List.of("tasks:1")),
                Arguments.of("m", NOTES, List.of("notes")),
                Arguments.of("m", NOTES, List.of("notes:")),
                Arguments.of("m", NOTES, List.of(":1")),
                Arguments.of("m", NOTES, List.of("notesx:1")),
                Arguments.of("m", NOTES, List.of("1")),
                Arguments.of("m", List.of("", "notes"), NOTE),
                // too long, or not the same text everywhere
                Arguments.of("m".repeat(256), NOTES, NOTE),
                Arguments.of("m", List.of("n".repeat(256)), List.of("n".repeat(256) + ":1")),
                Arguments.of("m", NOTES, List.of("notes:" + "1".repeat(250))),
                Arguments.of("m\0", NOTES, NOTE),
                Arguments.of("m\n", NOTES, NOTE),
                Arguments.of("\uD800", NOTES, NOTE),
                Arguments.of("m", NOTES, List.of("notes:\uDC00")));
    }

    @ParameterizedTest
    @MethodSource("badScopes")
    void whatCouldBeReadInTwoWaysIsNoScope(String missionId, List<String> tables, List<String> recordIds) {
        assertThatThrownBy(() -> MissionScope.of(missionId, tables, recordIds))
                .isInstanceOf(GrantRefusal.BadScope.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"notes:1:2", "notes::", "notes:\uD83D\uDE00", "notes: "})
    void anIdMayHoldAnythingElse(String recordId) {
        assertThat(MissionScope.of("m", NOTES, List.of(recordId)).recordIds()).containsExactly(recordId);
    }

    @Test
    void aTableMayHaveAColonInItsName() {
        assertThat(MissionScope.of("m", List.of("a:b"), List.of("a:b:1")).recordIds())
                .containsExactly("a:b:1");
    }

    @Test
    void theDigestTellsScopesApart() {
        assertThat(MissionScope.of("m", NOTES, NOTE).digest())
                .isEqualTo(MissionScope.of("another", NOTES, NOTE).digest())
                .isNotEqualTo(MissionScope.of("m", NOTES, List.of("notes:2")).digest());
    }
}
