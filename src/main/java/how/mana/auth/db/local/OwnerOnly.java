package how.mana.auth.db.local;

import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;

/** Permissions that keep other users of the machine out, where the file system knows permissions. */
enum OwnerOnly {
    FILE("rw-------"),
    DIRECTORY("rwx------");

    private final String permissions;

    OwnerOnly(String permissions) {
        this.permissions = permissions;
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
