package how.mana.auth.grant.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MissionKeyTest {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SecureRandom random = new SecureRandom();

    @Test
    void closingZeroesTheOwnedArray() {
        byte[] owned = bytes(32);

        MissionKey.takeOwnershipOf(owned).close();

        assertThat(owned).containsOnly(0);
    }

    @Test
    void closingTheMissionZeroesItsKey() {
        byte[] owned = bytes(32);
        var derivation = new MissionGrant.Derivation("v1", "m", List.of(), List.of());

        new OpenMission("alice", derivation, MissionKey.takeOwnershipOf(owned)).close();

        assertThat(owned).containsOnly(0);
    }

    @Test
    void aClosedKeySealsNothing() {
        var key = MissionKey.takeOwnershipOf(bytes(32));
        key.close();
        key.close();

        assertThatIllegalStateException().isThrownBy(() -> key.seal(JSON.textNode("hi"), random));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 31, 33, 64})
    void anArrayOfAnotherLengthIsRefusedAndWiped(int length) {
        byte[] wrong = bytes(length);

        assertThatIllegalArgumentException().isThrownBy(() -> MissionKey.takeOwnershipOf(wrong));

        assertThat(wrong).doesNotContain(7);
    }

    @Test
    void sealingWritesTheFormatOfTheClients() {
        byte[] masterKey = new byte[32];
        for (int i = 0; i < masterKey.length; i++) {
            masterKey[i] = (byte) i;
        }
        try (var key = MissionKey.takeOwnershipOf(masterKey)) {
            assertThat(key.seal(JSON.textNode("hi"), alwaysTwo()).textValue())
                    .isEqualTo("enc:1:AgICAgICAgICAgIC.uUBwmVUloC4uyYzq3xYdrrw3Ps8=");
        }
    }

    @Test
    void sealingTwiceTakesAnotherNonce() {
        try (var key = MissionKey.takeOwnershipOf(bytes(32))) {
            assertThat(key.seal(JSON.textNode("hi"), random)).isNotEqualTo(key.seal(JSON.textNode("hi"), random));
        }
    }

    @Test
    void nullStaysNull() {
        try (var key = MissionKey.takeOwnershipOf(bytes(32))) {
            assertThat(key.seal(JSON.nullNode(), random)).isEqualTo(JSON.nullNode());
        }
    }

    @Test
    void halfACharacterIsRefused() {
        try (var key = MissionKey.takeOwnershipOf(bytes(32))) {
            assertThatIllegalArgumentException().isThrownBy(() -> key.seal(JSON.textNode("\ud83d"), random));
        }
    }

    @Test
    void whatIsPrintedShowsNoKey() {
        try (var key = MissionKey.takeOwnershipOf(bytes(32))) {
            assertThat(key).hasToString("MissionKey[hidden]");
        }
    }

    private static byte[] bytes(int length) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) 7);
        return bytes;
    }

    private static SecureRandom alwaysTwo() {
        return new SecureRandom() {
            @Override
            public void nextBytes(byte[] target) {
                Arrays.fill(target, (byte) 2);
            }
        };
    }
}
