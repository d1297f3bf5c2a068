package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The AES-256 cases with a 96-bit nonce from the GCM specification submitted to NIST (appendix B, cases 13 to 16). */
class AesGcmTest {
    private static final String ZERO_KEY = "0000000000000000000000000000000000000000000000000000000000000000";
    private static final String KEY = "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308";
    private static final String PLAINTEXT_60 = "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
            + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39";
    private static final String CIPHERTEXT_60 = "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
            + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662";

    @ParameterizedTest
    @CsvSource({
        ZERO_KEY + ",000000000000000000000000,'','',530f8afbc74536b9a963b4f1c4cb738b",
        ZERO_KEY + ",000000000000000000000000,'',00000000000000000000000000000000,"
                + "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919",
        KEY + ",cafebabefacedbaddecaf888,''," + PLAINTEXT_60 + "1aafd255," + CIPHERTEXT_60
                + "898015adb094dac5d93471bdec1a502270e3cc6c",
        KEY + ",cafebabefacedbaddecaf888,feedfacedeadbeeffeedfacedeadbeefabaddad2," + PLAINTEXT_60 + "," + CIPHERTEXT_60
                + "76fc6ece0f4e1768cddf8853bb2d551b",
    })
    void knownAnswers(String key, String nonce, String aad, String plaintext, String ciphertext) {
        assertThat(AesGcm.encrypt(aes(key), hex(nonce), hex(aad), hex(plaintext)))
                .isEqualTo(hex(ciphertext));
        assertThat(AesGcm.decrypt(aes(key), hex(nonce), hex(aad), hex(ciphertext)))
                .isEqualTo(hex(plaintext));
    }

    @ParameterizedTest
    @CsvSource({"0,''", "15,''", "16,00"})
    void aShortenedTagOrAnotherAadDoesNotPass(int length, String aad) {
        byte[] tag = Arrays.copyOf(hex("530f8afbc74536b9a963b4f1c4cb738b"), length);

        assertThatExceptionOfType(UnwrapFailedException.class)
                .isThrownBy(() -> AesGcm.decrypt(aes(ZERO_KEY), new byte[12], hex(aad), tag));
    }

    private static RawKey aes(String key) {
        return new RawKey("AES", hex(key));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
