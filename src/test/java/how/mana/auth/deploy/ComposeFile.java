package how.mana.auth.deploy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** The compose file after its anchors and merges are resolved. */
record ComposeFile(Map<String, Object> root) {
    static final Path FILE = Path.of("src/main/docker/compose.yml");

    static ComposeFile read() {
        try (var text = Files.newBufferedReader(FILE)) {
            return new ComposeFile(new Yaml(new SafeConstructor(new LoaderOptions())).load(text));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A path as the file means it: seen from the directory it is in. */
    static Path resolve(String path) {
        return FILE.resolveSibling(path).normalize();
    }

    List<Service> services() {
        return map(root, "services").entrySet().stream()
                .map(service -> new Service(service.getKey(), asMap(service.getValue())))
                .toList();
    }

    Service service(String name) {
        return services().stream()
                .filter(service -> service.name().equals(name))
                .findFirst()
                .orElseThrow();
    }

    /** Those that run an image of ours. */
    List<Service> ours() {
        return services().stream()
                .filter(service -> service.text("image").startsWith("localhost/"))
                .toList();
    }

    Map<String, Object> secrets() {
        return map(root, "secrets");
    }

    record Service(String name, Map<String, Object> settings) {
        boolean has(String key) {
            return settings.containsKey(key);
        }

        /** Empty if there is none. */
        String text(String key) {
            return Optional.ofNullable(settings.get(key)).map(String::valueOf).orElse("");
        }

        Map<String, Object> map(String key) {
            return ComposeFile.map(settings, key);
        }

        List<String> list(String key) {
            return ComposeFile.list(settings, key);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Map<String, Object> map(Map<String, Object> parent, String key) {
        return parent.containsKey(key) ? asMap(parent.get(key)) : Map.of();
    }

    static List<String> list(Map<String, Object> parent, String key) {
        return parent.get(key) instanceof List<?> list
                ? list.stream().map(String::valueOf).toList()
                : List.of();
    }

    @SuppressWarnings("unchecked") // keys of this file are text
    private static Map<String, Object> asMap(Object value) {
        return (Map<String, Object>) value;
    }
}
