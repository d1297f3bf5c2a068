package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.crypto.Vectors.Vector;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is stored today must open tomorrow: vectors made by other implementations. */
class StoredFormatsTest {
    private static final byte[] NO_SALT = {};

    @ParameterizedTest
    @MethodSource("formatOneWraps")
    void aFormatOneWrapOfTheOldServiceOpens(Vector vector) {
        var ring = ring(KekId.DEFAULT, vector.base64("kek"));
        var wrapped = new WrappedKey(1, KekId.DEFAULT, vector.text("wrapIv"), vector.text("wrappedMk"));

        try (var key = ring.unwrap(wrapped, WrapContext.masterKeyOf("anyone", 1))) {
            assertThat(key.toBase64()).isEqualTo(vector.text("masterKey"));
        }
    }

    static Stream<Vector> formatOneWraps() {
        return Vectors.of("interop.json", "kekWrap");
    }

    @Test
    void theFormatOneWrapOfTheContractOpens() {
        var ring = ring(KekId.DEFAULT, new byte[32]);
        var wrapped = new WrappedKey(
                WrappedKey.FORMAT_1,
                KekId.DEFAULT,
                "AQEBAQEBAQEBAQEB",
                "dUHBaX6Mfvpqv+6NtyJyZqx0/kgb8yMhF6wLq+PyufNpGkQ/HBor34tTrfGgAb6t");

        try (var key = ring.unwrap(wrapped, WrapContext.masterKeyOf("anyone", 1))) {
            assertThat(key.copy()).isEqualTo(counting());
        }
    }

    @ParameterizedTest
    @MethodSource("formatTwoWraps")
    void aFormatTwoWrapOpens(Vector vector) {
        var kekId = new KekId(vector.text("kekId"));
        var wrapped = new WrappedKey(2, kekId, vector.text("nonce"), vector.text("ciphertext"));

        try (var key = ring(kekId, vector.base64("kek")).unwrap(wrapped, context(vector))) {
            assertThat(key.toBase64()).isEqualTo(vector.text("key"));
        }
    }

    @ParameterizedTest
    @MethodSource("formatTwoWraps")
    void wrappingWritesFormatTwo(Vector vector) {
        var kekId = new KekId(vector.text("kekId"));
        var nonce = scripted(vector.base64("nonce"));
        var ring = Rings.of(List.of(Kek.takeOwnershipOf(kekId, vector.base64("kek"))), kekId, nonce);

        var wrapped = ring.wrap(vector.key("key"), context(vector));

        assertThat(wrapped)
                .isEqualTo(new WrappedKey(WrappedKey.FORMAT_2, kekId, vector.text("nonce"), vector.text("ciphertext")));
    }

    @ParameterizedTest
    @MethodSource("formatTwoWraps")
    void theAadIsAsStored(Vector vector) {
        assertThat(Aad.of(2, context(vector), new KekId(vector.text("kekId")))).isEqualTo(vector.hex("aadHex"));
    }

    @ParameterizedTest
    @MethodSource("formatTwoWraps")
    void theFingerprintIsAsStored(Vector vector) {
        var kekId = new KekId(vector.text("kekId"));

        assertThat(ring(kekId, vector.base64("kek")).fingerprint(kekId)).hasValue(vector.text("fingerprint"));
    }

    static Stream<Vector> formatTwoWraps() {
        return Vectors.of("wrap-format-2.json", "wraps");
    }

    @ParameterizedTest
    @MethodSource("keyCheckValues")
    void theKeyCheckValueIsAsStored(Vector vector) {
        try (var key = vector.key("key")) {
            assertThat(KeyCheckValue.of(key, vector.text("userId"))).isEqualTo(vector.hex("keyCheckValueHex"));
        }
    }

    static Stream<Vector> keyCheckValues() {
        return Vectors.of("wrap-format-2.json", "keyCheckValues");
    }

    @ParameterizedTest
    @MethodSource("recoveryWraps")
    void aRecoveryWrapOfTheWebClientOpens(Vector vector) {
        byte[] wrapKey = Hkdf.sha256(vector.hex("secretHex"), NO_SALT, "mana-recovery-v1".getBytes(US_ASCII), 32);

        byte[] masterKey = AesGcm.decrypt(
                new RawKey("AES", wrapKey), vector.base64("recoveryIv"), NO_SALT, vector.base64("recoveryWrappedMk"));

        assertThat(masterKey).isEqualTo(vector.base64("masterKey"));
    }

    static Stream<Vector> recoveryWraps() {
        return Vectors.of("interop.json", "recovery");
    }

    @Test
    void theRecoveryWrapOfTheContractOpens() {
        byte[] secret = new byte[32];
        for (int i = 0; i < secret.length; i++) {
            secret[i] = (byte) (0xff - i);
        }
        byte[] nonce = new byte[12];
        Arrays.fill(nonce, (byte) 9);

        byte[] wrapKey = Hkdf.sha256(secret, NO_SALT, "mana-recovery-v1".getBytes(US_ASCII), 32);

        assertThat(HexFormat.of().formatHex(wrapKey))
                .isEqualTo("de8ea183f7943274c430c391bd9e4d94197fdde81430673235919a2e57ce07cf");
        assertThat(AesGcm.encrypt(new RawKey("AES", wrapKey), nonce, NO_SALT, counting()))
                .isEqualTo(
                        Base64.getDecoder().decode("0WGeGnqN1OTCgengJaf9rswL8RejK0kSEMsHDhDg3trDAgiM2+uC5OGdOUDscNln"));
    }

    private static WrapContext context(Vector vector) {
        var purpose = Stream.of(Purpose.values())
                .filter(each -> each.label().equals(vector.text("purpose")))
                .findFirst()
                .orElseThrow();
        return new WrapContext(purpose, vector.text("owner"), vector.number("generation"));
    }

    private static KekRing ring(KekId id, byte[] kek) {
        return Rings.of(List.of(Kek.takeOwnershipOf(id, kek)), id, new SecureRandom());
    }

    private static SecureRandom scripted(byte[] next) {
        return new SecureRandom() {
            @Override
            public void nextBytes(byte[] target) {
                System.arraycopy(next, 0, target, 0, next.length);
            }
        };
    }

    private static byte[] counting() {
        byte[] bytes = new byte[32];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) i;
        }
        return bytes;
    }
}
