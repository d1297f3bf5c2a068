package how.mana.auth.deploy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Set;
import java.util.stream.Collectors;

/** What {@code src/main/docker/secrets} makes, made beside a copy of it: the original's own secrets are not touched. */
record MadeSecrets(Path directory, int exitCode, String output) {

    /** Runs the script in {@code home}; twice there is running it again. */
    static MadeSecrets in(Path home) throws IOException, InterruptedException {
        var script = Files.copy(
                Path.of("src/main/docker/secrets"),
                home.resolve("secrets"),
                StandardCopyOption.COPY_ATTRIBUTES,
                StandardCopyOption.REPLACE_EXISTING);
        var process =
                new ProcessBuilder(script.toString()).redirectErrorStream(true).start();
        var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return new MadeSecrets(home.resolve(".secrets"), process.waitFor(), output);
    }

    Set<String> names() throws IOException {
        try (var files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).collect(Collectors.toUnmodifiableSet());
        }
    }

    String content(String name) throws IOException {
        return Files.readString(directory.resolve(name));
    }
}
