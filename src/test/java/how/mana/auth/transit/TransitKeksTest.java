package how.mana.auth.transit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekSettings;
import how.mana.auth.crypto.KekSources;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class TransitKeksTest {
    private static final String ONE = "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSw=";
    private static final KekId V2 = new KekId("env-v2");

    private final SecureRandom random = new SecureRandom();
    private final TransitServer server;
    private final Path directory;

    TransitKeksTest(@TempDir Path directory) throws IOException {
        this.directory = directory;
        this.server = TransitServer.start();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aKekThatIsMadeOpensAtTheNextBoot() throws IOException {
        var keks = new TransitKeks(server.settings(), directory);

        var fingerprint = keks.create(V2, random);

        assertThat(load(keks).ring().fingerprint(V2)).hasValue(fingerprint);
        var file = directory.resolve("env-v2");
        assertThat(Files.readString(file)).startsWith("vault:v1:").endsWith("\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
    }

    @Test
    void theEngineIsAskedOncePerFileAndNotForWraps() throws IOException {
        var keks = new TransitKeks(server.settings(), directory);
        keks.create(V2, random);
        keks.create(new KekId("env-v3"), random);
        server.asked.set(0);

        var ring = load(keks).ring();

        assertThat(ring.ids()).containsExactly(V2, new KekId("env-v3"));
        assertThat(server.asked).hasValue(2);
    }

    @Test
    void aKekIsNeverReplaced() throws IOException {
        var file = Files.writeString(directory.resolve("env-v2"), "mine");

        refused(() -> new TransitKeks(server.settings(), directory).create(V2, random))
                .withMessageContaining("is there already");

        assertThat(Files.readString(file)).isEqualTo("mine");
        assertThat(server.asked).hasValue(0);
    }

    @Test
    void anIdThatIsNoFileNameOfTheDirectoryIsRefused() {
        refused(() -> new TransitKeks(server.settings(), directory).create(new KekId("a/../../b"), random))
                .withMessageContaining("no slash");
    }

    @ParameterizedTest
    @CsvSource({
        "400,made with another key",
        "403,refuses the token",
        "404,MANA_AUTH_KEK_TRANSIT_MOUNT",
        "429,standby",
        "503,unseal",
        "500,answers 500",
        "307,answers 307",
        "204,answers 204",
    })
    void whateverIsNot200IsRefusedWithItsRemedy(int status, String remedy) throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));
        server.always(status, status == 204 ? "" : "{\"errors\":[\"hush\"]}");

        refusedToLoad(server.settings()).withMessageContaining(remedy);
    }

    @Test
    void aWrongTokenAndAMissingKeyAreRefused() throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));

        refusedToLoad(server.settings("hvs.another", "mana")).withMessageContaining("refuses the token");
        refusedToLoad(server.settings(TransitServer.TOKEN, "other")).withMessageContaining("MANA_AUTH_KEK_TRANSIT_KEY");
    }

    @ParameterizedTest
    @ValueSource(strings = {"c2hvcnQ=", "", "not base64", ONE + "=", "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSw"})
    void aPlaintextThatIsNot32BytesIsRefusedAndNotShown(String plaintext) throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(plaintext));

        refusedToLoad(server.settings())
                .withMessageContainingAll("not 32 bytes", "env-v2")
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("slepsyF4"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hush",
                "<html>hush</html>",
                "{\"data\":{\"plaintext\":\"" + ONE,
                "[]",
                "{\"data\":{\"plaintext\":1}}"
            })
    void garbageIsRefusedAndNotShown(String body) throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));
        server.always(200, body);

        refusedToLoad(server.settings());
    }

    @Test
    void anAnswerWithoutEndIsNotRead() throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));
        server.always(200, "{\"data\":{\"plaintext\":\"" + ONE + "\"},\"more\":\"" + "x".repeat(70_000) + "\"}");

        refusedToLoad(server.settings()).withMessageContaining("more than 65536 bytes");
    }

    @Test
    @Timeout(20)
    void anEngineThatHangsIsNotWaitedFor() throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));
        server.always(0, "");
        var asked = Instant.now();

        refused(() -> load(new TransitKeks(new Transit(server.settings(), Duration.ofMillis(300)), directory)))
                .withMessageContaining("does not answer within 300 ms");

        assertThat(Duration.between(asked, Instant.now())).isLessThan(Duration.ofSeconds(5));
        assertThat(server.asked).as("what was said is not said again").hasValue(1);
    }

    @Test
    void anEngineThatIsAwayIsRefused() throws IOException {
        Files.writeString(directory.resolve("env-v2"), server.keep(ONE));
        var nobody = new TransitSettings(
                "http://localhost:" + TransitServer.freePort(),
                TransitServer.TOKEN,
                "mana",
                "transit",
                Optional.empty());

        refusedToLoad(nobody).withMessageContaining("cannot be asked: ConnectException");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hush", ONE, "vault:v1:", "vault:v1:hush hush hush hush"})
    void aFileThatNoEngineMadeIsRefusedAndNotSent(String content) throws IOException {
        Files.writeString(directory.resolve("env-v2"), content);

        refusedToLoad(server.settings()).withMessageContainingAll("env-v2", "kek wrap-transit");

        assertThat(server.asked).hasValue(0);
    }

    @ParameterizedTest
    @CsvSource({
        "http://vault.example:8200,t,k,transit,ADDR must begin with https",
        "http://127.0.0.1.example,t,k,transit,ADDR must begin with https",
        "https://user:hush@vault,t,k,transit,ADDR must be a URL",
        "https://vault?hush,t,k,transit,ADDR must be a URL",
        "ftp://vault,t,k,transit,ADDR must be a URL",
        "https://vault,hush hush,k,transit,TOKEN is no token",
        "https://vault,t,../hush,transit,KEY must be",
        "https://vault,t,k,a/../hush,MOUNT must be",
    })
    void settingsThatCannotBeAreRefusedAndNotShown(String address, String token, String key, String mount, String why) {
        refused(() -> new TransitSettings(address, token, key, mount, Optional.empty()))
                .withMessageStartingWith("MANA_AUTH_KEK_TRANSIT_" + why)
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain("hush"));
    }

    @Test
    void theTokenIsNotShown() {
        assertThat(server.settings().toString()).doesNotContain(TransitServer.TOKEN);
    }

    private KekSources.Loaded load(TransitKeks keks) {
        var settings = new KekSettings(
                Optional.empty(), Optional.empty(), Optional.empty(), List.of(keks), Optional.of("env-v2"), true);
        return KekSources.load(settings, random);
    }

    private ThrowableAssertAlternative<KekRefusedException> refusedToLoad(TransitSettings settings) {
        return refused(() -> load(new TransitKeks(settings, directory)));
    }

    /** And never with a word of what must not be told. */
    private static ThrowableAssertAlternative<KekRefusedException> refused(
            org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
        return assertThatExceptionOfType(KekRefusedException.class)
                .isThrownBy(action)
                .withNoCause()
                .satisfies(e -> assertThat(e.getMessage())
                        .doesNotContain(
                                "hush",
                                ONE,
                                TransitServer.TOKEN,
                                new String(
                                        Base64.getDecoder().decode(ONE),
                                        java.nio.charset.StandardCharsets.ISO_8859_1)));
    }
}
