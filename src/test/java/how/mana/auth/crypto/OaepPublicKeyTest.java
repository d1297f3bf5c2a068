package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import how.mana.auth.TestWorker;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.spec.ECGenParameterSpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sealed so that today's worker opens it, and only to a key that is one. */
class OaepPublicKeyTest {
    static Stream<Vectors.Vector> grants() {
        return Vectors.of("interop.json", "missionGrant");
    }

    @ParameterizedTest
    @MethodSource("grants")
    void todaysWorkerOpensWhatIsSealedToIt(Vectors.Vector vector) {
        var key = OaepPublicKey.fromPem(TestWorker.pem("PUBLIC KEY", vector.text("rsaPublicKeySpki")));

        try (var missionKey = vector.key("missionDataKey")) {
            var sealed = Base64.getEncoder().encodeToString(key.wrap(missionKey));

            assertThat(TestWorker.open(vector.base64("rsaPrivateKeyPkcs8"), sealed))
                    .isEqualTo(vector.text("missionDataKey"));
            assertThat(Base64.getDecoder().decode(sealed)).hasSize(256);
        }
    }

    @Test
    void noTwoSealsAreAlike() {
        var key = OaepPublicKey.fromPem(TestWorker.publicPem());

        try (var missionKey = KeyMaterial.takeOwnershipOf(new byte[32])) {
            assertThat(key.wrap(missionKey)).isNotEqualTo(key.wrap(missionKey));
        }
    }

    @Test
    void theFingerprintIsThatOfTheDer() throws Exception {
        var vector = grants().findFirst().orElseThrow();
        var der = MessageDigest.getInstance("SHA-256").digest(vector.base64("rsaPublicKeySpki"));

        assertThat(OaepPublicKey.fromPem(TestWorker.publicPem()).fingerprint())
                .isEqualTo(HexFormat.of().formatHex(der));
    }

    @Test
    void lineEndsMayBeWrittenOut() {
        var oneLine = TestWorker.publicPem().replace("\n", "\\n");

        assertThat(OaepPublicKey.fromPem(oneLine).fingerprint())
                .isEqualTo(OaepPublicKey.fromPem(TestWorker.publicPem()).fingerprint());
        assertThat(OaepPublicKey.fromPem(TestWorker.publicPem().replace("\n", "\r\n"))
                        .bits())
                .isEqualTo(2048);
    }

    @ParameterizedTest
    @ValueSource(ints = {1024, 2047})
    void aShortKeyIsRefused(int bits) throws Exception {
        var generator = KeyPairGenerator.getInstance("RSA");
        generator.initialize(bits);
        var pem = TestWorker.pem(
                "PUBLIC KEY", base64(generator.generateKeyPair().getPublic().getEncoded()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> OaepPublicKey.fromPem(pem))
                .withMessageContaining(bits + " bits");
    }

    @Test
    void anotherKindOfKeyIsRefused() throws Exception {
        var generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        var pem = TestWorker.pem(
                "PUBLIC KEY", base64(generator.generateKeyPair().getPublic().getEncoded()));

        assertThatIllegalArgumentException()
                .isThrownBy(() -> OaepPublicKey.fromPem(pem))
                .withMessageContaining("RSA");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\n-----END PUBLIC KEY-----",
                "-----BEGIN RSA PUBLIC KEY-----\nAAAA\n-----END RSA PUBLIC KEY-----",
                "-----BEGIN PUBLIC KEY-----\nAAAA"
            })
    void whatIsNoPemIsRefused(String pem) {
        assertThatIllegalArgumentException().isThrownBy(() -> OaepPublicKey.fromPem(pem));
    }

    @Test
    void aPrivateKeyIsRefusedWithoutRepeatingIt() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> OaepPublicKey.fromPem(TestWorker.privatePem()))
                .withMessage("it is no PEM block of a PUBLIC KEY");
    }

    private static String base64(byte[] der) {
        return Base64.getEncoder().encodeToString(der);
    }
}
