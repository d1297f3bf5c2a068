package how.mana.auth.crypto;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssertAlternative;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KekSourcesTest {
    private static final String ONE = "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSw=";
    private static final String TWO = "qQ/BIjiX6BB3IXFawRKmfyUuNrfTCap5O2XiT+Tn3tw=";
    private static final String ZEROS = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    private static final KekId V2 = new KekId("env-v2");

    private final Path temp;
    private final Path ring;
    private Optional<String> kek = Optional.empty();
    private Optional<Path> kekFile = Optional.empty();
    private Optional<Path> directory = Optional.empty();
    private List<KekProvider> others = List.of();
    private Optional<String> activeId = Optional.empty();
    private boolean production = true;

    KekSourcesTest(@TempDir Path temp) throws IOException {
        this.temp = temp;
        this.ring = Files.createDirectory(temp.resolve("ring"));
    }

    @Test
    void theVariableFillsTheDefaultId() {
        kek = Optional.of(ONE);

        var loaded = load();

        assertThat(loaded.ring().wanted()).isEqualTo(KekId.DEFAULT);
        assertThat(loaded.ring().ids()).containsExactly(KekId.DEFAULT);
        assertThat(loaded.ring().fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
        assertThat(loaded.usesDevKek()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\n", "\r\n"})
    void aFileMayEndWithOneNewline(String end) throws IOException {
        kekFile = Optional.of(Files.writeString(temp.resolve("kek"), ONE + end));
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v2"), TWO + end);

        var loaded = load().ring();

        assertThat(loaded.fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
        assertThat(loaded.fingerprint(V2)).hasValue(fingerprint(TWO));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\r\n",
                ONE + "\n\n",
                ONE + "\r\n\r\n",
                ONE + "\r",
                ONE + "\n\r",
                ONE + "\r\r\n",
                ONE + " \n",
                ONE + "\n" + TWO + "\n",
                ONE + "=",
                "\n" + ONE,
                " " + ONE,
                "\ufeff" + ONE,
                "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSw",
                "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSx=",
                "b2579db32178c7ee9bcc8f344fe6748a23864ff7a2fd75d2993bf7352af9052c",
                "c2hvcnQ=",
            })
    void aFileWithAnythingElseIsRefusedAndNamed(String content) throws IOException {
        var file = Files.writeString(temp.resolve("kek"), content);
        kekFile = Optional.of(file);
        refused().withMessageContainingAll("MANA_AUTH_KEK_FILE", file.toString(), "exactly 32 bytes", "openssl");

        kekFile = Optional.empty();
        directory = Optional.of(ring);
        var entry = Files.writeString(ring.resolve("env-v1"), content);
        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", entry.toString(), "exactly 32 bytes", "openssl");

        production = false;
        refused().withMessageContaining("MANA_AUTH_KEK_DIR");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ONE + "\n",
                " " + ONE,
                "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSw",
                "slepsyF4x+6bzI80T+Z0iiOGT/ei/XXSmTv3NSr5BSx=",
                "slepsyF4x-6bzI80T-Z0iiOGT_ei_XXSmTv3NSr5BSw=",
                "c2hvcnQ=",
                "password",
            })
    void aVariableWithAnythingElseIsRefusedEverywhere(String value) {
        kek = Optional.of(value);
        refused().withMessageStartingWith("MANA_AUTH_KEK must").withMessageContaining("openssl");

        production = false;
        refused().withMessageStartingWith("MANA_AUTH_KEK must");
    }

    @Test
    void noMessageRepeatsWhatAVariableHolds() {
        kek = Optional.of(ONE + "x");
        refused().satisfies(e -> assertThat(e.getMessage()).doesNotContain(ONE.substring(0, 8)));

        kek = Optional.empty();
        kekFile = Optional.of(Path.of(ONE));
        refused()
                .satisfies(e -> assertThat(e).hasNoCause())
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(ONE.substring(0, 8)))
                .withMessageContainingAll("MANA_AUTH_KEK_FILE", "looks like a key");

        kekFile = Optional.empty();
        directory = Optional.of(Path.of(ONE));
        refused()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(ONE.substring(0, 8)))
                .withMessageContainingAll("MANA_AUTH_KEK_DIR", "looks like a key");

        directory = Optional.empty();
        activeId = Optional.of(ONE);
        refused()
                .satisfies(e -> assertThat(e.getMessage()).doesNotContain(ONE.substring(0, 8)))
                .withMessageContaining("MANA_AUTH_KEK_ID");
    }

    @Test
    void settingsDoNotShowTheirKey() {
        kek = Optional.of(ONE);
        activeId = Optional.of("env-v2");

        assertThat(settings())
                .hasToString(
                        "KekSettings[kek set, file not set, directory not set, others 0, id set, production true]");
    }

    @Test
    void productionRefusesToStartWithoutAKek() {
        refused().withMessageContainingAll("MANA_AUTH_KEK", "MANA_AUTH_KEK_FILE", "MANA_AUTH_KEK_DIR", "openssl");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "\n", "\t "})
    void blankCountsAsNotSet(String blank) {
        kek = Optional.of(blank);
        kekFile = Optional.of(Path.of(blank));
        directory = Optional.of(Path.of(blank));
        activeId = Optional.of(blank);
        refused().withMessageStartingWith("No KEK");

        production = false;
        assertThat(load().usesDevKek()).isTrue();
        assertThat(load().ring().wanted()).isEqualTo(KekId.DEFAULT);
    }

    @Test
    void elsewhereTheZeroKekStandsInAndTheCallerIsTold() {
        production = false;

        var loaded = load();

        assertThat(loaded.usesDevKek()).isTrue();
        assertThat(loaded.ring().wanted()).isEqualTo(KekId.DEFAULT);
        assertThat(loaded.ring().fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ZEROS));
    }

    @Test
    void aRealKekElsewhereIsNotTheDevKek() {
        production = false;
        kek = Optional.of(ONE);

        assertThat(load().usesDevKek()).isFalse();
        assertThat(load().ring().fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                ZEROS,
                "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=",
                "//////////////////////////////////////////8="
            })
    void aKekOfEqualBytesIsRefusedInProductionAndReportedElsewhere(String weak) throws IOException {
        kek = Optional.of(weak);
        refused().withMessageContainingAll("MANA_AUTH_KEK", "equal bytes", "openssl");

        kek = Optional.of(ONE);
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v2"), weak);
        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", "equal bytes");

        production = false;
        assertThat(load().usesDevKek()).isTrue();
    }

    @Test
    void aKekThatIsOnlyAlmostConstantPasses() {
        byte[] bytes = new byte[32];
        bytes[31] = 1;
        kek = Optional.of(Base64.getEncoder().encodeToString(bytes));

        assertThat(load().usesDevKek()).isFalse();
    }

    @Test
    void aDirectoryHoldsOneFilePerKek() throws IOException {
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), ONE);
        Files.writeString(ring.resolve("env-v2"), TWO);
        activeId = Optional.of("env-v2");

        var loaded = load().ring();

        assertThat(loaded.wanted()).isEqualTo(V2);
        assertThat(loaded.ids()).containsExactly(KekId.DEFAULT, V2);
        assertThat(loaded.fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
        assertThat(loaded.fingerprint(V2)).hasValue(fingerprint(TWO));
    }

    /** The layout of a mounted secret: links into a dot-directory that the kubelet replaces as a whole. */
    @Test
    void symbolicLinksAreFollowedAndDotFilesIgnored() throws IOException {
        var version = Files.createDirectory(ring.resolve("..2026_01_01"));
        Files.writeString(version.resolve("env-v1"), ONE);
        Files.createSymbolicLink(ring.resolve("..data"), Path.of("..2026_01_01"));
        Files.createSymbolicLink(ring.resolve("env-v1"), Path.of("..data/env-v1"));
        Files.writeString(ring.resolve(".env-v2"), "not a key");
        directory = Optional.of(Files.createSymbolicLink(temp.resolve("link"), ring));

        var loaded = load().ring();

        assertThat(loaded.ids()).containsExactly(KekId.DEFAULT);
        assertThat(loaded.fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
    }

    @Test
    void aLinkedFileIsFollowedToo() throws IOException {
        var file = Files.writeString(temp.resolve("kek"), ONE);
        kekFile = Optional.of(Files.createSymbolicLink(temp.resolve("link"), file));

        assertThat(load().ring().fingerprint(KekId.DEFAULT)).hasValue(fingerprint(ONE));
    }

    @Test
    void anEmptyDirectoryIsRefused() throws IOException {
        kek = Optional.of(ONE);
        directory = Optional.of(ring);
        Files.writeString(ring.resolve(".hidden"), ONE);

        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", ring.toString(), "no key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"env v1", "key=1", "lost+found", "schlüssel"})
    void aFileThatIsNotNamedAsAKekIdIsRefused(String name) throws IOException {
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), ONE);
        var stray = Files.writeString(ring.resolve(name), TWO);

        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", stray.toString());
    }

    @Test
    void aDirectoryInTheDirectoryIsRefused() throws IOException {
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), ONE);
        var inner = Files.createDirectory(ring.resolve("env-v2"));

        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", inner.toString());
    }

    @Test
    void aDanglingLinkIsRefused() throws IOException {
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), ONE);
        var link = Files.createSymbolicLink(ring.resolve("env-v2"), Path.of("gone"));

        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", link.toString());
    }

    @Test
    void whatCannotBeReadIsRefusedAndNamed() throws IOException {
        var gone = temp.resolve("gone");
        kekFile = Optional.of(gone);
        refused().withMessageContainingAll("MANA_AUTH_KEK_FILE", gone.toString(), "cannot be read");

        kekFile = Optional.of(ring);
        refused().withMessageContainingAll("MANA_AUTH_KEK_FILE", ring.toString(), "cannot be read");

        kekFile = Optional.empty();
        directory = Optional.of(gone);
        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", gone.toString(), "cannot be read");

        var file = Files.writeString(temp.resolve("file"), ONE);
        directory = Optional.of(file);
        refused().withMessageContainingAll("MANA_AUTH_KEK_DIR", file.toString(), "cannot be read");
    }

    @Test
    void equalSourcesForOneIdAreFine() throws IOException {
        kek = Optional.of(ONE);
        kekFile = Optional.of(Files.writeString(temp.resolve("kek"), ONE + "\n"));
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), ONE);

        var loaded = load();

        var ready = Rings.ready(loaded.ring());
        assertThat(ready.ids()).containsExactly(KekId.DEFAULT);
        try (var key = KeyMaterial.random(new SecureRandom());
                var opened = ready.unwrap(ready.wrap(key, context()), context())) {
            assertThat(opened.sameAs(key)).isTrue();
        }
    }

    @Test
    void differentSourcesForOneIdAreRefusedWithBothFingerprints() throws IOException {
        kek = Optional.of(ONE);
        kekFile = Optional.of(Files.writeString(temp.resolve("kek"), TWO));
        refused()
                .withMessageContainingAll(
                        "MANA_AUTH_KEK and", "MANA_AUTH_KEK_FILE", "env-v1", fingerprint(ONE), fingerprint(TWO));

        kekFile = Optional.empty();
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v1"), TWO);
        refused()
                .withMessageContainingAll(
                        "MANA_AUTH_KEK and", "MANA_AUTH_KEK_DIR", "env-v1", fingerprint(ONE), fingerprint(TWO));
    }

    @Test
    void anotherProvidersKeksKeepTheSameRules() {
        kek = Optional.of(ONE);
        others = List.of(taker -> taker.take(V2, Base64.getDecoder().decode(TWO), "elsewhere"));
        assertThat(load().ring().fingerprint(V2)).hasValue(fingerprint(TWO));

        others = List.of(taker -> taker.take(KekId.DEFAULT, Base64.getDecoder().decode(TWO), "elsewhere"));
        refused().withMessageContainingAll("MANA_AUTH_KEK and elsewhere", "env-v1");

        others = List.of(taker -> taker.take(V2, Base64.getDecoder().decode(ZEROS), "elsewhere"));
        refused().withMessageContainingAll("elsewhere", "equal bytes");
    }

    @Test
    void theKekWantedForWritingMustBeThere() throws IOException {
        kek = Optional.of(ONE);
        activeId = Optional.of("env-v2");
        refused().withMessageContainingAll("MANA_AUTH_KEK_ID", "env-v2", "[env-v1]", "MANA_AUTH_KEK_DIR");

        kek = Optional.empty();
        activeId = Optional.empty();
        directory = Optional.of(ring);
        Files.writeString(ring.resolve("env-v2"), TWO);
        refused().withMessageContainingAll("MANA_AUTH_KEK_ID", "env-v1", "[env-v2]");
    }

    @Test
    void theDevKekDoesNotStandInForAnIdSomebodyAskedFor() {
        production = false;
        activeId = Optional.of("env-v2");

        refused().withMessageContaining("MANA_AUTH_KEK_ID");
    }

    @Test
    void keysReadBeforeARefusalAreWiped() {
        var found = new FoundKeks(true);
        byte[] read = Base64.getDecoder().decode(ONE);
        found.take(KekId.DEFAULT, read, "a source");

        found.close();

        assertThat(read).containsOnly(0);
    }

    @Test
    void aKeyThatIsRefusedOrNotNeededIsWiped() {
        var found = new FoundKeks(true);
        byte[] weak = Base64.getDecoder().decode("AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=");
        byte[] second = Base64.getDecoder().decode(ONE);
        found.take(KekId.DEFAULT, Base64.getDecoder().decode(ONE), "a source");

        found.take(KekId.DEFAULT, second, "another source");
        assertThatExceptionOfType(KekRefusedException.class).isThrownBy(() -> found.take(V2, weak, "a weak source"));

        assertThat(second).containsOnly(0);
        assertThat(weak).containsOnly(0);
    }

    private static WrapContext context() {
        return WrapContext.masterKeyOf("alice", 1);
    }

    private KekSettings settings() {
        return new KekSettings(kek, kekFile, directory, others, activeId, production);
    }

    private KekSources.Loaded load() {
        return KekSources.load(settings(), new SecureRandom());
    }

    private ThrowableAssertAlternative<KekRefusedException> refused() {
        return assertThatExceptionOfType(KekRefusedException.class).isThrownBy(this::load);
    }

    private static String fingerprint(String kek) {
        return Kek.takeOwnershipOf(KekId.DEFAULT, Base64.getDecoder().decode(kek))
                .fingerprint();
    }
}
