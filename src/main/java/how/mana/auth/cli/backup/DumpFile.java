package how.mana.auth.cli.backup;

import how.mana.auth.cli.CommandRefusedException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Set;

/** A file that only its owner may read, because what it holds opens vaults once a KEK is beside it. */
record DumpFile(Path path) {
    /** @throws CommandRefusedException if it is there already, or cannot be made */
    static DumpFile create(Path path) {
        try {
            FileChannel.open(
                            path,
                            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))
                    .close();
            return new DumpFile(path);
        } catch (FileAlreadyExistsException e) {
            throw new CommandRefusedException(path.getFileName() + " is there already: name a new file");
        } catch (IOException e) {
            throw new CommandRefusedException(
                    path.getFileName() + " cannot be made: name a file in a folder that this user may write to");
        }
    }

    /** In hex, of what is in it now; and that is on the disk then. */
    String sha256() throws IOException {
        try (var channel = FileChannel.open(path, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        return sha256(path);
    }

    static String sha256(Path path) throws IOException {
        try (var in = new DigestInputStream(Files.newInputStream(path), MessageDigest.getInstance("SHA-256"))) {
            in.transferTo(OutputStream.nullOutputStream());
            return HexFormat.of().formatHex(in.getMessageDigest().digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    void delete() throws IOException {
        Files.deleteIfExists(path);
    }
}
