package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import how.mana.auth.crypto.Vectors.Vector;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.bouncycastle.crypto.generators.Argon2BytesGenerator;
import org.bouncycastle.crypto.params.Argon2Parameters;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class PasswordHashesTest {
    private static final int MEMORY = 19_456;

    /** The vector of contract A15. */
    private static final String PASSWORD = "TestPassword123!";

    private static final String SCRYPT = "00112233445566778899aabbccddeeff:"
            + "508a3ea1c3fc6da07ade7283b21b21ae67261fe109b7b1d1f8da9a6b994c8402"
            + "63cebd29c94b2ab74870dd29e05890097dfeaaaa68f6a4b3fcc508db4670ee00";

    /** A vector of the reference implementation of Argon2: password "password", salt "somesalt". */
    private static final String SMALL =
            "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4";

    private final PasswordHashes hashes = new PasswordHashes(MEMORY, 2, new SecureRandom());

    static Stream<Vector> interop() {
        return Vectors.of("interop.json", "password");
    }

    @ParameterizedTest
    @MethodSource("interop")
    void hashesOfTheOldServiceMatchTheirPasswordsAndNoOthers(Vector vector) {
        var stored = vector.text("hash");

        assertThat(hashes.verify(vector.text("password"), stored)).isTrue();
        assertThat(hashes.verify(vector.text("password") + "x", stored)).isFalse();
    }

    @Test
    void aPasswordLongerThanAnybodyMayHaveMatchesNothingAndIsNotHashed() {
        var longest = "x".repeat(256);

        assertThat(hashes.verify(longest, hashes.hash(longest))).isTrue();
        assertThat(hashes.verify(longest + "x", hashes.hash(longest))).isFalse();
        assertThatIllegalArgumentException().isThrownBy(() -> hashes.hash(longest + "x"));
    }

    /** Marks in the wrong order are sorted one by one: unbounded, these would take seconds. */
    @Test
    void aPasswordThatIsHardToNormaliseTakesNoLongerThanAnother() {
        var crafted = "\u0301".repeat(30_000) + "\u0327".repeat(30_000);

        assertThatIllegalArgumentException().isThrownBy(() -> hashes.hash(crafted));
        assertThat(hashes.verify(crafted, SMALL)).isFalse();
        try (var text = PasswordBytes.of(crafted)) {
            assertThat(text.bytes()).isEqualTo(new byte[] {(byte) 0xFF});
        }
    }

    @Test
    void theSaltOfTheOldServiceIsTheTextOfItsDigits() {
        assertThat(hashes.verify(PASSWORD, SCRYPT)).isTrue();
        assertThat(hashes.verify(PASSWORD, SCRYPT.replaceFirst("aabb", "aabc"))).isFalse();
        assertThat(hashes.verify(PASSWORD, SCRYPT.replaceFirst("aabb", "AABB"))).isFalse();
    }

    @Test
    void oneChangedDigitOfTheKeyIsAnotherHash() {
        assertThat(hashes.verify(PASSWORD, SCRYPT.substring(0, SCRYPT.length() - 1) + "1"))
                .isFalse();
        assertThat(hashes.verify(PASSWORD, SCRYPT.replaceFirst(":5", ":4"))).isFalse();
    }

    /** RFC 9106 section 5.3, which uses inputs that we have no use for: it proves the library underneath. */
    @Test
    void rfc9106Argon2id() {
        var generator = new Argon2BytesGenerator();
        generator.init(new Argon2Parameters.Builder(Argon2Parameters.ARGON2_id)
                .withVersion(Argon2Parameters.ARGON2_VERSION_13)
                .withMemoryAsKB(32)
                .withIterations(3)
                .withParallelism(4)
                .withSalt(filled(16, 2))
                .withSecret(filled(8, 3))
                .withAdditional(filled(12, 4))
                .build());
        byte[] tag = new byte[32];

        generator.generateBytes(filled(32, 1), tag);

        assertThat(HexFormat.of().formatHex(tag))
                .isEqualTo("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659");
    }

    /** Of the reference implementation of Argon2, for versions, costs and lanes. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                SMALL,
                "$argon2id$v=19$m=256,t=2,p=2$c29tZXNhbHQ$bQk8UB/VmZZF4Oo79iDXuL5/0ttZwg2f/5U52iv1cDc",
                "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc",
            })
    void argon2idOfOthersMatches(String stored) {
        assertThat(hashes.verify("password", stored)).isTrue();
        assertThat(hashes.verify("passwore", stored)).isFalse();
        assertThat(hashes.isCurrent(stored)).isFalse();
        assertThat(hashes.kind(stored)).isEqualTo(PasswordHashKind.OTHER_ARGON2ID);
    }

    @Test
    void whatIsHashedHereMatchesItsPasswordOnly() {
        var stored = hashes.hash("correct horse");

        assertThat(hashes.verify("correct horse", stored)).isTrue();
        assertThat(hashes.verify("correct horsf", stored)).isFalse();
        assertThat(hashes.verify("", stored)).isFalse();
    }

    @Test
    void aHashIsArgon2idAsConfiguredWithSixteenBytesOfSaltAndThirtyTwoOfTag() {
        var stored = hashes.hash(PASSWORD);

        assertThat(stored).matches("\\$argon2id\\$v=19\\$m=19456,t=2,p=1\\$[A-Za-z0-9+/]{22}\\$[A-Za-z0-9+/]{43}");
        assertThat(stored).startsWith(hashes.currentPrefix());
        assertThat(hashes.isCurrent(stored)).isTrue();
        assertThat(hashes.kind(stored)).isEqualTo(PasswordHashKind.CURRENT);
    }

    @Test
    void theSamePasswordNeverHasTheSameHashTwice() {
        var one = hashes.hash(PASSWORD).split("\\$");
        var other = hashes.hash(PASSWORD).split("\\$");

        assertThat(one[4]).isNotEqualTo(other[4]);
        assertThat(one[5]).isNotEqualTo(other[5]);
    }

    @Test
    void aHashUnderAnotherSaltCostOrLengthDoesNotMatch() {
        assertThat(hashes.verify("password", SMALL.replace("c29tZXNhbHQ", "c29tZXNhbHU")))
                .isFalse();
        assertThat(hashes.verify("password", SMALL.replace("m=256", "m=264"))).isFalse();
        assertThat(hashes.verify("password", SMALL.replace("t=2", "t=3"))).isFalse();
        assertThat(hashes.verify("password", SMALL.replace("p=1", "p=2"))).isFalse();
        assertThat(hashes.verify("password", SMALL.replace("$nf", "$nf////"))).isFalse();
        assertThat(hashes.verify("password", SMALL.substring(0, SMALL.length() - 3))) // 30 bytes of 32
                .isFalse();
    }

    /** "é" in one character or two, a ligature, full width, a circled digit: keyboards differ, the password does not. */
    @ParameterizedTest
    @CsvSource({"caf\u00e9-au-lait, cafe\u0301-au-lait", "\ufb01nale, finale", "\uff21\uff22, AB", "pass\u2460, pass1"})
    void spellingsOfOnePasswordAreOnePassword(String one, String other) {
        var stored = hashes.hash(one);

        assertThat(hashes.verify(other, stored)).isTrue();
        assertThat(hashes.verify(one, hashes.hash(other))).isTrue();
        assertThat(hashes.verify(other.toUpperCase(java.util.Locale.ROOT) + "x", stored))
                .isFalse();
    }

    @Test
    void onlyHashesOfTheConfiguredParametersAreCurrent() {
        var later = new PasswordHashes(MEMORY, 3, new SecureRandom());
        var bigger = new PasswordHashes(MEMORY + 1024, 2, new SecureRandom());
        var stored = hashes.hash(PASSWORD);

        assertThat(later.isCurrent(stored)).isFalse();
        assertThat(bigger.isCurrent(stored)).isFalse();
        assertThat(later.verify(PASSWORD, stored)).isTrue();
        assertThat(hashes.isCurrent(SCRYPT)).isFalse();
        assertThat(hashes.kind(SCRYPT)).isEqualTo(PasswordHashKind.SCRYPT);
    }

    @Test
    void aHashWithAShortSaltOrTagIsNotCurrent() {
        var prefix = hashes.currentPrefix();

        assertThat(hashes.isCurrent(prefix + "A".repeat(22) + "$" + "A".repeat(43)))
                .isTrue();
        assertThat(hashes.isCurrent(prefix + "A".repeat(11) + "$" + "A".repeat(43)))
                .isFalse();
        assertThat(hashes.isCurrent(prefix + "A".repeat(22) + "$" + "A".repeat(22)))
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({"19455, 2", "19456, 1", "0, 2", "-1, 2", "19456, 0", "65537, 2", "19456, 17"})
    void parametersThatAreTooWeakOrTooMuchAreRefused(int memoryKib, int iterations) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PasswordHashes(memoryKib, iterations, new SecureRandom()))
                .withMessageContaining("19456 to 65536 KiB and 2 to 16 iterations");
    }

    @ParameterizedTest
    @CsvSource({"19456, 2", "65536, 16"})
    void theBoundsThemselvesAreFine(int memoryKib, int iterations) {
        assertThat(new PasswordHashes(memoryKib, iterations, new SecureRandom()).currentPrefix())
                .isEqualTo("$argon2id$v=19$m=" + memoryKib + ",t=" + iterations + ",p=1$");
    }

    static Stream<String> unreadable() {
        var salt = "00112233445566778899aabbccddeeff";
        return Stream.of(
                "",
                "plain",
                "null",
                salt,
                salt + ":",
                SCRYPT.substring(0, SCRYPT.length() - 1),
                SCRYPT.substring(0, SCRYPT.length() - 2),
                SCRYPT + "00",
                SCRYPT.substring(2),
                SCRYPT.replace(':', '$'),
                SCRYPT.replaceFirst("508a", "g08a"),
                SCRYPT + "\n",
                " " + SCRYPT,
                "$2b$10$abcdefghijklmnopqrstuuK6xC6n6Cz8zS1Q9a2f5pXQXb0xwXw3a",
                SMALL + "\n",
                SMALL + "=",
                SMALL.substring(0, SMALL.length() - 1) + "5", // a stray bit
                SMALL.substring(0, SMALL.indexOf("nf65")),
                SMALL.substring(0, SMALL.indexOf("nf65")) + "A".repeat(21),
                SMALL.substring(0, SMALL.indexOf("nf65")) + "A".repeat(87),
                SMALL.replace("c29tZXNhbHQ", "c29tZXNhbH"),
                SMALL.replace("c29tZXNhbHQ", "c29tZXNhbHR"),
                SMALL.replace("c29tZXNhbHQ", "A".repeat(87)),
                SMALL.replace("/", "_"),
                SMALL.replace("argon2id", "argon2i"),
                SMALL.replace("v=19", "v=16"),
                SMALL.replace("$v=19", ""),
                SMALL.replace("m=256", "m=0256"),
                SMALL.replace("m=256", "m=+256"));
    }

    @ParameterizedTest
    @MethodSource("unreadable")
    void aHashOfNoKnownFormIsOurFaultAndNotAWrongPassword(String stored) {
        assertThatExceptionOfType(UnreadablePasswordHashException.class)
                .isThrownBy(() -> hashes.verify(PASSWORD, stored))
                .withMessage("A stored password hash is of no known form")
                .withNoCause();
        assertThatExceptionOfType(UnreadablePasswordHashException.class).isThrownBy(() -> hashes.isCurrent(stored));
        assertThatExceptionOfType(UnreadablePasswordHashException.class).isThrownBy(() -> hashes.kind(stored));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "m=65537,t=2,p=1",
                "m=4194304,t=2,p=1",
                "m=9999999,t=2,p=1",
                "m=99999999999,t=2,p=1",
                "m=256,t=17,p=1",
                "m=256,t=999,p=1",
                "m=256,t=2,p=5",
                "m=256,t=2,p=99",
                "m=7,t=2,p=1",
                "m=15,t=2,p=2",
                "m=256,t=0,p=1",
                "m=256,t=2,p=0",
                "m=-1,t=2,p=1",
            })
    void aPlantedHashCannotAskForMoreThanWeBear(String parameters) {
        var planted = SMALL.replace("m=256,t=2,p=1", parameters);

        assertThatExceptionOfType(UnreadablePasswordHashException.class)
                .isThrownBy(() -> hashes.verify("password", planted));
    }

    @ParameterizedTest
    @ValueSource(strings = {"m=65536,t=16,p=4", "m=8,t=1,p=1", "m=32,t=1,p=4"})
    void upToTheBoundsItIsRead(String parameters) {
        assertThat(hashes.kind(SMALL.replace("m=256,t=2,p=1", parameters))).isEqualTo(PasswordHashKind.OTHER_ARGON2ID);
    }

    @Test
    void decoysAreReadLikeRealHashesAndMatchNothing() {
        assertThat(hashes.kind(hashes.decoy())).isEqualTo(PasswordHashKind.CURRENT);
        assertThat(hashes.kind(hashes.scryptDecoy())).isEqualTo(PasswordHashKind.SCRYPT);
        assertThat(hashes.verify(PASSWORD, hashes.decoy())).isFalse();
        assertThat(hashes.verify(PASSWORD, hashes.scryptDecoy())).isFalse();
        assertThat(hashes.decoy()).isNotEqualTo(hashes.decoy());
        assertThat(hashes.scryptDecoy()).isNotEqualTo(hashes.scryptDecoy());
    }

    @Test
    void thePasswordsBytesAreUtf8OfItsNfkcFormAndWipedOnClose() {
        var text = PasswordBytes.of("\ufb01\u2460\u20ac\ud83d\ude00");
        var bytes = text.bytes();

        assertThat(bytes).isEqualTo("fi1\u20ac\ud83d\ude00".getBytes(UTF_8));
        text.close();
        assertThat(bytes).containsOnly(0);
    }

    /** As the old service's runtime encoded it; Java would write "?", and such a user could sign in with that. */
    @ParameterizedTest
    @ValueSource(strings = {"a\ud83d", "a\ude00"})
    void anUnpairedSurrogateIsTheReplacementCharacter(String password) {
        try (var text = PasswordBytes.of(password)) {
            assertThat(text.bytes()).isEqualTo("a\ufffd".getBytes(UTF_8));
        }
        try (var text = PasswordBytes.of(password + "b")) {
            assertThat(text.bytes()).isEqualTo("a\ufffdb".getBytes(UTF_8));
        }
    }

    private static byte[] filled(int length, int value) {
        byte[] bytes = new byte[length];
        Arrays.fill(bytes, (byte) value);
        return bytes;
    }
}
