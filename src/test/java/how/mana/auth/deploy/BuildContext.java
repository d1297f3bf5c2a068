package how.mana.auth.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** What of the project is sent to the builder: the last pattern that names a path, or a directory it is in, decides. */
record BuildContext(List<String> patterns) {
    static BuildContext of(String dockerfile) {
        try {
            return new BuildContext(
                    Files.readAllLines(Path.of("src/main/docker", dockerfile + ".dockerignore")).stream()
                            .map(String::strip)
                            .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                            .toList());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    boolean contains(Path path) {
        var sent = true;
        for (var pattern : patterns) {
            var exception = pattern.startsWith("!");
            if (names(exception ? pattern.substring(1) : pattern, path)) {
                sent = exception;
            }
        }
        return sent;
    }

    private static boolean names(String pattern, Path path) {
        var matcher = FileSystems.getDefault().getPathMatcher("glob:" + pattern);
        for (var length = 1; length <= path.getNameCount(); length++) {
            if (matcher.matches(path.subpath(0, length))) {
                return true;
            }
        }
        return false;
    }
}
