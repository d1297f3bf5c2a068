package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Base64;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class CanonicalBase64Test {
    private static final String ZEROS = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="; // 32 bytes

    @ParameterizedTest
    @MethodSource("lengths")
    void whatTheStandardEncoderWritesIsAccepted(int length) {
        byte[] bytes = new byte[length];
        new Random(length).nextBytes(bytes);
        String text = Base64.getEncoder().encodeToString(bytes);

        assertThat(CanonicalBase64.decode(text, length)).hasValue(bytes);
        assertThat(CanonicalBase64.decode(text.toCharArray(), length)).hasValue(bytes);
        assertThat(CanonicalBase64.decode(text.getBytes(ISO_8859_1), length)).hasValue(bytes);
    }

    static IntStream lengths() {
        return IntStream.rangeClosed(0, 50);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", // no padding
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", // 33 bytes
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", // 31 bytes
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB=", // a stray bit
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAC=", // the other stray bit
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==", // padding too long
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= ",
                " AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAA\nAAAAAAAAAAAAAAAAAAAAA=",
                "AAAAAAAAAAAAAAAAAAAAAA AAAAAAAAAAAAAAAAAAAA=",
                "____________________________________________",
                "-_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=", // url alphabet
                "====AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "!AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "\0AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            })
    void everyOtherSpellingIsRefused(String text) {
        assertThat(CanonicalBase64.decode(text, 32)).isEmpty();
        assertThat(CanonicalBase64.decode(text.toCharArray(), 32)).isEmpty();
        assertThat(CanonicalBase64.decode(text.getBytes(ISO_8859_1), 32)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 16, 31, 33, 64})
    void anotherLengthThanExpectedIsRefused(int expected) {
        assertThat(CanonicalBase64.decode(ZEROS, expected)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(chars = {'\u0080', '\u00c1', '\u0141', '\u0441', '\uff21', '\ud83d'})
    void aCharacterOutsideAsciiIsNeverNarrowedToOneOfTheAlphabet(char c) {
        assertThat(CanonicalBase64.decode(c + ZEROS.substring(1), 32)).isEmpty();
    }

    /** 'A' with the high bit set is not 'A'. */
    @Test
    void aByteOutsideAsciiIsRefused() {
        byte[] text = ZEROS.getBytes(ISO_8859_1);
        text[0] = (byte) 0xC1;

        assertThat(CanonicalBase64.decode(text, 32)).isEmpty();
    }

    @Test
    void everyAsciiCharacterOutsideTheAlphabetIsRefused() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        for (char c = 0; c < 128; c++) {
            assertThat(CanonicalBase64.decode(c + ZEROS.substring(1), 32).isPresent())
                    .as("character %d", (int) c)
                    .isEqualTo(alphabet.indexOf(c) >= 0);
        }
    }

    @Test
    void theTextOfTheCallerIsLeftAlone() {
        char[] chars = ZEROS.toCharArray();
        byte[] ascii = ZEROS.getBytes(ISO_8859_1);

        CanonicalBase64.decode(chars, 32).ifPresent(bytes -> Arrays.fill(bytes, (byte) 1));
        CanonicalBase64.decode(ascii, 32).ifPresent(bytes -> Arrays.fill(bytes, (byte) 1));

        assertThat(new String(chars)).isEqualTo(ZEROS);
        assertThat(new String(ascii, ISO_8859_1)).isEqualTo(ZEROS);
    }
}
