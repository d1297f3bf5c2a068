package how.mana.auth.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command in a {@link NativeRoot}, confined as {@code src/test/sh/in-root} says. Ends with this object. */
final class Contained implements AutoCloseable {
    /** This machine does not let anybody be confined. */
    static final int NOT_ALLOWED = 125;

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Process process;
    private final Path output;

    private Contained(Process process, Path output) {
        this.process = process;
        this.output = output;
    }

    static Contained start(NativeRoot root, Map<String, String> environment, List<String> command) throws IOException {
        var output = Files.createTempFile("contained", ".log");
        var whole =
                new ArrayList<>(List.of("src/test/sh/in-root", root.directory().toString()));
        whole.addAll(command);
        var builder = new ProcessBuilder(whole).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment);
        return new Contained(builder.start(), output);
    }

    int exitCode() throws InterruptedException {
        if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new IllegalStateException("Still running:\n" + output());
        }
        return process.exitValue();
    }

    boolean isAlive() {
        return process.isAlive();
    }

    /** Process 1 of the inside, as this machine sees it. */
    ProcessHandle first() {
        return process.children().findFirst().orElseThrow(() -> new IllegalStateException(output()));
    }

    String output() {
        try {
            return Files.readString(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroyForcibly(); // and with it what is inside
        try {
            process.waitFor();
            Files.deleteIfExists(output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
