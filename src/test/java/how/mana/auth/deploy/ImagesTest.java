package how.mana.auth.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be said of the Dockerfiles without building them. */
class ImagesTest {
    private static final String NATIVE = "Dockerfile.native";
    private static final String JVM = "Dockerfile.jvm";
    private static final Pattern VERSIONED =
            Pattern.compile("[^:@]+(:\\d+/[^:@]+)?:(?!.*latest)[\\w.-]+(@sha256:[0-9a-f]{64})?");
    private static final Pattern SECRET = Pattern.compile("(?i)password|secret|token|kek|key|credential|database_url");

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void everyForeignImageHasAVersion(String name) {
        assertThat(Dockerfile.read(name).foreignImages()).isNotEmpty().allSatisfy(image -> assertThat(image)
                .matches(VERSIONED));
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void whatIsCopiedFromTheProjectIsThereAndIsSent(String name) throws IOException {
        var context = BuildContext.of(name);
        var sources = Dockerfile.read(name).stages().stream()
                .flatMap(Dockerfile.Stage::copies)
                .filter(copy -> copy.from().isEmpty())
                .flatMap(copy -> copy.sources().stream())
                .map(Path::of)
                .toList();

        assertThat(sources).isNotEmpty();
        for (var source : sources) {
            assertThat(source).exists();
            assertThat(source.toString()).as("made by no stage").doesNotStartWith("target");
            try (var files = Files.walk(source)) {
                assertThat(files.filter(Files::isRegularFile)).isNotEmpty().allSatisfy(file -> assertThat(
                                context.contains(file))
                        .as("%s", file)
                        .isTrue());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void whatIsNotBuiltIsNotSent(String name) {
        var context = BuildContext.of(name);

        assertThat(Stream.of(
                        "src/main/docker/.secrets/kek",
                        ".mana-auth/postgres/passwords",
                        ".git/config",
                        ".env",
                        "target/mana-auth-0.1.0-runner",
                        "src/test/java/how/mana/auth/TestIssuer.java"))
                .allSatisfy(path ->
                        assertThat(context.contains(Path.of(path))).as(path).isFalse());
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void whatIsCopiedFromAStageIsMadeThere(String name) {
        var file = Dockerfile.read(name);

        for (var stage : file.stages()) {
            assertThat(stage.copies()
                            .filter(copy -> file.stage(copy.from().orElse("")).isPresent()))
                    .allSatisfy(copy -> {
                        var made =
                                file.chain(file.stage(copy.from().orElseThrow()).orElseThrow());
                        assertThat(copy.sources()).allMatch(source -> isMade(made, source));
                    });
        }
        assertThat(file.last().copies()).as("what the image is for").isNotEmpty();
    }

    /** By a command that names it, or by Maven in the directory it works in. */
    private static boolean isMade(List<Dockerfile.Stage> stages, String source) {
        var commands = stages.stream().flatMap(stage -> stage.all("RUN")).toList();
        var home = stages.stream()
                .flatMap(stage -> stage.all("WORKDIR"))
                .findFirst()
                .orElse("/");
        return commands.stream().anyMatch(command -> command.contains(" " + source))
                || source.equals(home + "/target/*-runner")
                        && commands.stream().anyMatch(command -> command.matches(".*mvn .*-Dnative .*package.*"));
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void theImageHasNoShellAndNeedsNone(String name) {
        var image = Dockerfile.read(name).last();

        assertThat(image.base()).startsWith("gcr.io/distroless/").endsWith(":nonroot");
        assertThat(image.all("RUN")).isEmpty();
        assertThat(image.all("SHELL")).isEmpty();
        assertThat(image.entrypoint()).first().asString().startsWith("/");
        assertThat(Stream.of("CMD", "HEALTHCHECK").flatMap(image::all))
                .allSatisfy(command -> assertThat(command).contains("["));
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void theImageRunsAsAUserWhoOwnsNothingInIt(String name) {
        var image = Dockerfile.read(name).last();

        assertThat(image.lastOf("USER")).hasValue("65532:65532");
        assertThat(image.copies()).allSatisfy(copy -> assertThat(copy.flags())
                .allMatch(flag -> !flag.startsWith("--chown") || flag.equals("--chown=0:0")));
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void theImageSaysWhereItListensAndWhatItIs(String name) throws IOException {
        var image = Dockerfile.read(name).last();
        var properties = Files.readAllLines(Path.of("src/main/resources/application.properties"));

        assertThat(properties)
                .contains("quarkus.http.port=" + image.lastOf("EXPOSE").orElse("nothing"));
        assertThat(image.lastOf("LABEL").orElse(""))
                .contains("org.opencontainers.image.title=\"mana-auth\"")
                .contains("org.opencontainers.image.licenses=\"Apache-2.0\"")
                .contains("org.opencontainers.image.source=\"$SOURCE\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {NATIVE, JVM})
    void noSecretIsBakedInAndNothingIsFetchedUnseen(String name) {
        for (var stage : Dockerfile.read(name).stages()) {
            assertThat(Stream.of("ENV", "ARG").flatMap(stage::all))
                    .allSatisfy(variable -> assertThat(variable).doesNotContainPattern(SECRET));
            assertThat(stage.all("RUN"))
                    .allSatisfy(command -> assertThat(command).doesNotContainPattern("curl|wget|\\| *(ba)?sh"));
            assertThat(stage.all("ADD")).isEmpty();
        }
    }

    @Test
    void theJvmTakesItsOptionsAndHidesItsMemory() throws Exception {
        var options = Path.of("src/main/docker/java.options");
        assertThat(Dockerfile.read(JVM).last().entrypoint()).contains("@/app/" + options.getFileName());

        var java = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "@" + options,
                        "-XX:+PrintFlagsFinal",
                        "-version")
                .redirectErrorStream(true)
                .start();
        var said = new String(java.getInputStream().readAllBytes(), UTF_8).replaceAll(" +", " ");

        assertThat(java.waitFor()).as(said).isZero();
        assertThat(said)
                .contains("DisableAttachMechanism = true")
                .contains("HeapDumpOnOutOfMemoryError = false")
                .contains("CreateCoredumpOnCrash = false")
                .contains("UsePerfData = false")
                .contains("ExitOnOutOfMemoryError = true")
                .contains("MaxRAMPercentage = 60.0");
    }
}
