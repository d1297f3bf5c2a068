package how.mana.auth.db.local;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;

/** Permissions that keep other users of the machine out, where the file system knows permissions. */
enum OwnerOnly {
    FILE("rw-------"),
    DIRECTORY("rwx------");

    private final String permissions;

    OwnerOnly(String permissions) {
        this.permissions = permissions;
    }

    /** Writes {@code lines} into a new {@code file}, which is there as a whole or not at all. */
    static void write(Path file, List<String> lines) throws IOException {
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(draft);
        Files.createFile(draft, FILE.attributes(draft));
        Files.write(draft, lines);
        Files.move(draft, file, ATOMIC_MOVE);
    }

    /** For use when {@code path} is created, so that there is no moment at which others could open it. */
    FileAttribute<?>[] attributes(Path path) {
        return path.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
                }
                : new FileAttribute<?>[0];
    }
}
