package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HmacKeyTest {
    private static final HmacKey KEY = HmacKey.of("Jefe");
    private static final String TEXT = "what do ya want for nothing?";

    @Test
    void rfc4231TestCases1And2() {
        assertThat(HmacKey.of("\u000b".repeat(20)).sign("Hi There"))
                .isEqualTo(hex("b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"));
        assertThat(KEY.sign(TEXT))
                .isEqualTo(hex("5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"))
                .hasSize(HmacKey.SIGNATURE_LENGTH);
    }

    @Test
    void onlyTheWholeSignatureOfThisTextUnderThisKeyIsOne() {
        byte[] signature = KEY.sign(TEXT);
        byte[] changed = signature.clone();
        changed[31] ^= 1;

        assertThat(KEY.signed(TEXT, signature)).isTrue();
        assertThat(KEY.signed(TEXT, changed)).isFalse();
        assertThat(KEY.signed(TEXT, Arrays.copyOf(signature, 31))).isFalse();
        assertThat(KEY.signed(TEXT + "?", signature)).isFalse();
        assertThat(HmacKey.of("jefe").signed(TEXT, signature)).isFalse();
    }

    @Test
    void textWithoutAUtf8FormIsNeverSigned() {
        assertThatIllegalArgumentException().isThrownBy(() -> KEY.sign("a\ud800"));
        assertThat(KEY.signed("a\ud800", KEY.sign("a?"))).isFalse();
    }

    @Test
    void itIsNeverTold() {
        assertThat(KEY).hasToString("HmacKey[hidden]");
        assertThat(KEY.sign("")).isNotEqualTo("Jefe".getBytes(US_ASCII));
    }

    private static byte[] hex(String text) {
        return HexFormat.of().parseHex(text);
    }
}
