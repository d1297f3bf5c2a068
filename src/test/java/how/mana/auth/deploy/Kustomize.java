package how.mana.auth.deploy;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** Renders what is in {@code k8s} with whatever can do that here, and starts other programs of an operator's. */
final class Kustomize {
    static final Path ROOT = Path.of("k8s");

    private static final Map<String, String> RENDERED = new ConcurrentHashMap<>();

    private Kustomize() {}

    /** What would be applied. Where nothing can render, the test that asks is skipped and says so. */
    static String render(String directory) {
        var command = command();
        assumeTrue(command.isPresent(), "neither kubectl nor kustomize is on the PATH, so nothing can be rendered");
        return RENDERED.computeIfAbsent(
                directory,
                name -> run(Stream.concat(
                                command.orElseThrow().stream(),
                                Stream.of(ROOT.resolve(name).toString()))
                        .toList()));
    }

    private static Optional<List<String>> command() {
        return program("kubectl").map(kubectl -> List.of(kubectl, "kustomize")).or(() -> program("kustomize")
                .map(kustomize -> List.of(kustomize, "build")));
    }

    static Optional<String> program(String name) {
        return Stream.of(System.getenv("PATH").split(File.pathSeparator))
                .map(directory -> Path.of(directory, name))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    /** What it says. @throws AssertionError if it fails, with that */
    static String run(List<String> command) {
        try {
            var process = new ProcessBuilder(command).redirectErrorStream(true).start();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new AssertionError(String.join(" ", command) + ":\n" + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
