package how.mana.auth.deploy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.PackagedService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * The last stage of {@code Dockerfile.native} as a directory: of its base, what the executable asks for, taken from this
 * machine; above that, what the Dockerfile copies.
 */
record NativeRoot(Path directory, Dockerfile.Stage image, Map<String, Path> libraries) {
    /**
     * What a base is documented to hold. For distroless that is {@code base/config.bzl} of its repository: libc6, zlib1g,
     * libssl3t64 and libzstd1.
     */
    private static final Map<String, Set<String>> LIBRARIES_OF = Map.of(
            "gcr.io/distroless/base-debian13:nonroot",
            Set.of(
                    "ld-linux-x86-64.so.2",
                    "ld-linux-aarch64.so.1",
                    "libc.so.6",
                    "libm.so.6",
                    "libdl.so.2",
                    "libpthread.so.0",
                    "librt.so.1",
                    "libresolv.so.2",
                    "libz.so.1",
                    "libssl.so.3",
                    "libcrypto.so.3",
                    "libzstd.so.1"));

    static NativeRoot assemble(Path directory) throws IOException, InterruptedException {
        var file = Dockerfile.read("Dockerfile.native");
        var root = new NativeRoot(directory, file.last(), librariesOf(builtExecutable()));
        root.takeFromBase();
        for (var copy : root.image.copies().toList()) {
            root.copy(copy, file.stage(copy.from().orElseThrow()).orElseThrow());
        }
        assertThat(root.image.all("ENV")).as("not known to this test").isEmpty();
        assertThat(root.image.lastOf("WORKDIR")).hasValue("/");
        return root;
    }

    /** The one that the build before this test made. */
    private static Path builtExecutable() {
        assertThat(PackagedService.isNative()).as("built with -Dnative").isTrue();
        return PackagedService.artifact();
    }

    Set<String> librariesOfBase() {
        return LIBRARIES_OF.getOrDefault(image.base(), Set.of());
    }

    private void takeFromBase() throws IOException {
        for (var name : List.of("dev", "proc", "etc", "run/secrets")) {
            Files.createDirectories(directory.resolve(name));
        }
        Files.createDirectory(directory.resolve("tmp"));
        Files.writeString(
                directory.resolve("etc/passwd"), "nonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n");
        Files.writeString(directory.resolve("etc/group"), "nonroot:x:65532:\n");
        Files.writeString(directory.resolve("etc/nsswitch.conf"), "hosts: files dns\n");
        for (var library : libraries.values()) {
            var place = directory.resolve(library.toString().substring(1));
            Files.createDirectories(place.getParent());
            Files.copy(library, place);
        }
    }

    /** What the stage has built in its working directory was built here in the project's. */
    private void copy(Dockerfile.Copy copy, Dockerfile.Stage stage) throws IOException {
        for (var source : copy.sources()) {
            var pattern = Path.of(stage.lastOf("WORKDIR").orElse("/")).relativize(Path.of(source));
            try (var found = Files.newDirectoryStream(
                    pattern.getParent(), pattern.getFileName().toString())) {
                var files = StreamSupport.stream(found.spliterator(), false).toList();
                assertThat(files).containsExactly(builtExecutable());
                Files.copy(files.get(0), place(copy));
            }
        }
        var mode = copy.flags().stream()
                .filter(flag -> flag.startsWith("--chmod=0"))
                .findFirst();
        assertThat(mode).hasValue("--chmod=0555");
        Files.setPosixFilePermissions(place(copy), PosixFilePermissions.fromString("r-xr-xr-x"));
    }

    private Path place(Dockerfile.Copy copy) {
        return directory.resolve(copy.target().substring(1));
    }

    void mount(String secret, String content) throws IOException {
        var file = Files.writeString(directory.resolve("run/secrets").resolve(secret), content);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r--r--"));
    }

    /** By the name that is asked for: where this machine has it. */
    private static Map<String, Path> librariesOf(Path executable) throws IOException, InterruptedException {
        var ldd = new ProcessBuilder("ldd", executable.toString())
                .redirectErrorStream(true)
                .start();
        var said = new String(ldd.getInputStream().readAllBytes(), UTF_8);
        assertThat(ldd.waitFor()).as(said).isZero();
        return Pattern.compile("(/\\S+) \\(0x")
                .matcher(said)
                .results()
                .map(found -> Path.of(found.group(1)))
                .collect(Collectors.toUnmodifiableMap(path -> path.getFileName().toString(), path -> path));
    }
}
