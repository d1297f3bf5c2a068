package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

/** KEK ids, wrap contexts and the bytes they become. */
class NamesTest {
    private static final WrapContext ALICES = WrapContext.masterKeyOf("alice", 1);

    @ParameterizedTest
    @ValueSource(strings = {"env-v1", "a", "-", "_x", ":x", "9", "a.b", "arn:aws:kms:eu-1:1:key/k.1", "A-Z_a:z.0-9"})
    void kekIdsAreShortPlainNames(String id) {
        assertThat(new KekId(id)).hasToString(id);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", ".a", "/a", "../a", "a\\b", "a b", "a\n", "a\0", "ä", "a+b", "a=", "a*"})
    void otherKekIdsAreRefused(String id) {
        assertThat(KekId.isValid(id)).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> new KekId(id));
    }

    @Test
    void aKekIdHasAtMost255Characters() {
        assertThat(KekId.isValid("k".repeat(255))).isTrue();
        assertThat(KekId.isValid("k".repeat(256))).isFalse();
    }

    @Test
    void theDefaultKekIdIsTheOneOlderDatabasesHold() {
        assertThat(KekId.DEFAULT).hasToString("env-v1");
    }

    @Test
    void contextsAreMadeForTheirPurpose() {
        assertThat(WrapContext.masterKeyOf("alice", 3)).isEqualTo(new WrapContext(Purpose.MASTER_KEY, "alice", 3));
        assertThat(WrapContext.tokenSigningKey("kid")).isEqualTo(new WrapContext(Purpose.TOKEN_SIGNING_KEY, "kid", 1));
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1, Long.MIN_VALUE})
    void generationsCountFromOne(long generation) {
        assertThatIllegalArgumentException().isThrownBy(() -> WrapContext.masterKeyOf("alice", generation));
    }

    @Test
    void aWrapHasAnOwner() {
        assertThatIllegalArgumentException().isThrownBy(() -> WrapContext.masterKeyOf("", 1));
    }

    @ParameterizedTest
    @NullSource
    void aStoredWrapHasNoNulls(String column) {
        assertThatNullPointerException().isThrownBy(() -> new WrappedKey(2, KekId.DEFAULT, column, ""));
        assertThatNullPointerException().isThrownBy(() -> new WrappedKey(2, KekId.DEFAULT, "", column));
    }

    /** Without lengths, the end of one name and the start of the next could trade places. */
    @ParameterizedTest
    @CsvSource({"ab,c,a,bc", "a,bc,ab,c", "a--,b,a,--b"})
    void namesInTheAadDoNotRunIntoEachOther(String owner, String kek, String otherOwner, String otherKek) {
        byte[] one = Aad.of(2, WrapContext.masterKeyOf(owner, 1), new KekId(kek));
        byte[] other = Aad.of(2, WrapContext.masterKeyOf(otherOwner, 1), new KekId(otherKek));

        assertThat(one).isNotEqualTo(other);
    }

    @Test
    void theAadNamesTheFormat() {
        assertThat(Aad.of(2, ALICES, KekId.DEFAULT)).isNotEqualTo(Aad.of(3, ALICES, KekId.DEFAULT));
    }

    @Test
    void aNameOfMoreBytesThanItsLengthFieldCountsIsRefused() {
        assertThat(Aad.of(2, WrapContext.masterKeyOf("x".repeat(65_535), 1), KekId.DEFAULT))
                .startsWith('m', 'a', 'n', 'a')
                .hasSize(9 + 1 + 12 + 2 + 65_535 + 8 + 8);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aad.of(2, WrapContext.masterKeyOf("x".repeat(65_536), 1), KekId.DEFAULT));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aad.of(2, WrapContext.masterKeyOf("ä".repeat(32_768), 1), KekId.DEFAULT));
    }

    /** The JDK writes "?" for it, so this owner would share the wraps of "a?". */
    @ParameterizedTest
    @MethodSource("unpairedSurrogates")
    void anOwnerWithAnUnpairedSurrogateIsRefused(String owner) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Aad.of(2, WrapContext.masterKeyOf(owner, 1), KekId.DEFAULT));
    }

    // Not a @ValueSource: a class file spells these strings in a way that not every tool reads.
    static String[] unpairedSurrogates() {
        char high = Character.MIN_HIGH_SURROGATE;
        char low = Character.MIN_LOW_SURROGATE;
        return new String[] {"a" + high, low + "a", "" + low + high};
    }
}
