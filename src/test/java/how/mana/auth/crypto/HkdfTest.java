package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 5869 appendix A, the SHA-256 cases, and the edges. */
class HkdfTest {
    private static final byte[] EMPTY = {};

    @Test
    void rfc5869TestCase1() {
        byte[] okm = Hkdf.sha256(filled(22, 0x0b), hex("000102030405060708090a0b0c"), hex("f0f1f2f3f4f5f6f7f8f9"), 42);

        assertThat(okm)
                .isEqualTo(hex("3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"));
    }

    @Test
    void rfc5869TestCase2WithLongerInputs() {
        byte[] okm = Hkdf.sha256(counting(0x00), counting(0x60), counting(0xb0), 82);

        assertThat(okm)
                .isEqualTo(
                        hex("b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c6"
                                + "5e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87"));
    }

    @Test
    void rfc5869TestCase3WithoutSaltAndInfo() {
        byte[] okm = Hkdf.sha256(filled(22, 0x0b), EMPTY, EMPTY, 42);

        assertThat(okm)
                .isEqualTo(hex("8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8"));
    }

    @ParameterizedTest
    @CsvSource({"1", "31", "32", "33", "64", "65", "8160"})
    void aShorterOutputIsThePrefixOfALongerOne(int length) {
        byte[] longest = Hkdf.sha256(counting(0), EMPTY, EMPTY, 8160);

        assertThat(Hkdf.sha256(counting(0), EMPTY, EMPTY, length)).isEqualTo(Arrays.copyOf(longest, length));
    }

    @ParameterizedTest
    @ValueSource(ints = {-1, 0, 8161})
    void lengthsTheRfcDoesNotAllowAreRefused(int length) {
        assertThatIllegalArgumentException().isThrownBy(() -> Hkdf.sha256(counting(0), EMPTY, EMPTY, length));
    }

    @Test
    void theInputsAreLeftAlone() {
        byte[] ikm = counting(0);
        byte[] salt = counting(1);
        byte[] info = counting(2);

        Hkdf.sha256(ikm, salt, info, 64);

        assertThat(ikm).isEqualTo(counting(0));
        assertThat(salt).isEqualTo(counting(1));
        assertThat(info).isEqualTo(counting(2));
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }

    /** 80 bytes counting up from {@code first}, as appendix A.2 has them. */
    private static byte[] counting(int first) {
        byte[] bytes = new byte[80];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
