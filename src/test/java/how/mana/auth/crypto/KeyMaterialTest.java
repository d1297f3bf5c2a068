package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyMaterialTest {
    private final SecureRandom random = new SecureRandom();

    @Test
    void closingZeroesTheOwnedArray() {
        byte[] owned = bytes(7);
        var key = KeyMaterial.takeOwnershipOf(owned);

        key.close();

        assertThat(owned).containsOnly(0);
    }

    @Test
    void aClosedKeyRefusesEveryUse() {
        var open = KeyMaterial.random(random);
        var closed = KeyMaterial.random(random);
        closed.close();
        closed.close();

        assertThatIllegalStateException().isThrownBy(closed::copy);
        assertThatIllegalStateException().isThrownBy(closed::toBase64);
        assertThatIllegalStateException().isThrownBy(() -> closed.lend(bytes -> bytes.length));
        assertThatIllegalStateException().isThrownBy(() -> closed.sameAs(open));
        assertThatIllegalStateException().isThrownBy(() -> open.sameAs(closed));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 16, 31, 33, 64})
    void anArrayOfAnotherLengthIsRefusedAndWiped(int length) {
        byte[] wrong = new byte[length];
        Arrays.fill(wrong, (byte) 7);

        assertThatIllegalArgumentException().isThrownBy(() -> KeyMaterial.takeOwnershipOf(wrong));

        assertThat(wrong).doesNotContain(7);
    }

    @Test
    void randomKeysComeFromTheGivenGenerator() {
        var scripted = new SecureRandom() {
            @Override
            public void nextBytes(byte[] target) {
                Arrays.fill(target, (byte) 9);
            }
        };

        try (var key = KeyMaterial.random(scripted)) {
            assertThat(key.copy()).isEqualTo(bytes(9));
        }
    }

    @Test
    void lendsTheLiveBytesAndCopiesOnlyOnRequest() {
        byte[] owned = bytes(7);
        try (var key = KeyMaterial.takeOwnershipOf(owned)) {
            assertThat(key.<Boolean>lend(lent -> lent == owned)).isTrue();
            assertThat(key.copy()).isEqualTo(owned).isNotSameAs(owned);
        }
    }

    @Test
    void aCopyOutlivesTheKey() {
        var key = KeyMaterial.takeOwnershipOf(bytes(7));
        byte[] copy = key.copy();

        key.close();

        assertThat(copy).containsOnly(7);
    }

    @Test
    void base64IsStandardAndPadded() {
        try (var key = KeyMaterial.takeOwnershipOf(bytes(0xfb))) {
            assertThat(key.toBase64()).isEqualTo("+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/v7+/s=");
        }
    }

    @Test
    void keysAreTheSameOnlyIfEveryByteIs() {
        try (var key = KeyMaterial.takeOwnershipOf(bytes(7))) {
            assertThat(key.sameAs(KeyMaterial.takeOwnershipOf(bytes(7)))).isTrue();
            for (int i = 0; i < KeyMaterial.LENGTH; i++) {
                byte[] other = bytes(7);
                other[i] ^= 1;
                assertThat(key.sameAs(KeyMaterial.takeOwnershipOf(other))).isFalse();
            }
        }
    }

    @Test
    void comparingLeavesBothKeysAsTheyWere() {
        var one = KeyMaterial.takeOwnershipOf(bytes(7));
        var other = KeyMaterial.takeOwnershipOf(bytes(7));

        assertThat(one.sameAs(other)).isTrue();

        assertThat(one.copy()).containsOnly(7);
        assertThat(other.copy()).containsOnly(7);
    }

    @Test
    void equalityIsIdentity() {
        var key = KeyMaterial.takeOwnershipOf(bytes(7));

        assertThat(key).isNotEqualTo(KeyMaterial.takeOwnershipOf(bytes(7)));
    }

    @Test
    void toStringTellsNothing() {
        assertThat(KeyMaterial.takeOwnershipOf(bytes(7))).hasToString("KeyMaterial[hidden]");
    }

    @Test
    void closingWaitsForTheBorrower() throws InterruptedException {
        var key = KeyMaterial.takeOwnershipOf(bytes(7));
        var seen = new byte[1];
        var closer = new Thread(key::close);

        key.lend(bytes -> {
            closer.start();
            // Either it waits for the key to be given back, or it has wiped what is still lent.
            while (closer.getState() != Thread.State.BLOCKED && closer.getState() != Thread.State.TERMINATED) {
                Thread.onSpinWait();
            }
            seen[0] = bytes[0];
            return true;
        });
        closer.join();

        assertThat(seen[0]).isEqualTo((byte) 7);
        assertThatIllegalStateException().isThrownBy(key::copy);
    }

    private static byte[] bytes(int value) {
        byte[] bytes = new byte[KeyMaterial.LENGTH];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
