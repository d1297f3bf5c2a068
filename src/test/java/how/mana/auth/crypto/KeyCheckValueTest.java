package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.security.SecureRandom;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class KeyCheckValueTest {
    private final KeyMaterial masterKey = KeyMaterial.random(new SecureRandom());

    @Test
    void matchesTheKeyAndTheUserItWasMadeFor() {
        byte[] stored = KeyCheckValue.of(masterKey, "alice");

        assertThat(stored).hasSize(32);
        assertThat(KeyCheckValue.matches(masterKey, "alice", stored)).isTrue();
    }

    @Test
    void doesNotMatchAnotherKeyOrAnotherUser() {
        byte[] stored = KeyCheckValue.of(masterKey, "alice");
        byte[] almost = masterKey.copy();
        almost[31] ^= 1;

        assertThat(KeyCheckValue.matches(masterKey, "bob", stored)).isFalse();
        assertThat(KeyCheckValue.matches(KeyMaterial.takeOwnershipOf(almost), "alice", stored))
                .isFalse();
    }

    @Test
    void doesNotMatchAPartOfTheStoredValue() {
        byte[] stored = KeyCheckValue.of(masterKey, "alice");

        assertThat(KeyCheckValue.matches(masterKey, "alice", new byte[0])).isFalse();
        assertThat(KeyCheckValue.matches(masterKey, "alice", Arrays.copyOf(stored, 31)))
                .isFalse();
        assertThat(KeyCheckValue.matches(masterKey, "alice", Arrays.copyOf(stored, 33)))
                .isFalse();
        assertThat(KeyCheckValue.matches(masterKey, "alice", new byte[32])).isFalse();
    }

    @Test
    void leavesTheKeyInPlaceAndNeedsItOpen() {
        byte[] before = masterKey.copy();
        KeyCheckValue.of(masterKey, "alice");
        assertThat(masterKey.copy()).isEqualTo(before);

        masterKey.close();

        assertThatIllegalStateException().isThrownBy(() -> KeyCheckValue.of(masterKey, "alice"));
    }

    @Test
    void aUserIdWithoutAUtf8FormIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> KeyCheckValue.of(masterKey, "a" + Character.MIN_HIGH_SURROGATE));
    }
}
