package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KeyMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;

/** Makes a KEK and keeps it in a file that only its owner can read. Never shows it. */
public final class KekGenerate implements Command {
    private static final String TO = "--to";
    private static final String DIRECTORY = "MANA_AUTH_KEK_DIR";

    @Override
    public Syntax syntax() {
        return Syntax.of("kek generate").operand(KekOperand.NAME).option(TO, "FILE");
    }

    @Override
    public String summary() {
        return "make a KEK, as a new file of MANA_AUTH_KEK_DIR or at FILE; prints its fingerprint";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.NONE;
    }

    @Override
    public int run(Invocation invocation) throws IOException {
        var id = KekOperand.of(invocation);
        var file = fileOf(invocation, id);
        var fingerprint = generate(id, file, invocation.operation().random());
        var output = invocation.output();
        output.say("made " + id + ", fingerprint " + fingerprint + ", in " + file);
        output.note("Keep a copy offline, away from the backups of the database, before anything is wrapped by it.");
        output.json().put("id", id.value()).put("fingerprint", fingerprint).put("file", file.toString());
        return DONE;
    }

    private static Path fileOf(Invocation invocation, KekId id) {
        return invocation
                .arguments()
                .find(TO)
                .map(Path::of)
                .or(() -> invocation.operation().value(DIRECTORY).map(directory -> inDirectory(Path.of(directory), id)))
                .orElseThrow(
                        () -> new CommandRefusedException("Where to? Set " + DIRECTORY + ", or say " + TO + " FILE"));
    }

    private static Path inDirectory(Path directory, KekId id) {
        if (id.value().contains("/")) {
            throw new CommandRefusedException("A KEK with a slash in its id cannot be a file of " + DIRECTORY);
        }
        return directory.resolve(id.value());
    }

    private static String generate(KekId id, Path file, SecureRandom random) throws IOException {
        var bytes = new byte[KeyMaterial.LENGTH];
        byte[] text = {};
        try {
            random.nextBytes(bytes);
            text = Base64.getEncoder().encode(bytes);
            write(file, text);
            try (var kek = Kek.takeOwnershipOf(id, bytes)) {
                return kek.fingerprint();
            }
        } finally {
            Arrays.fill(bytes, (byte) 0);
            Arrays.fill(text, (byte) 0);
        }
    }

    /** Never over a file that is there, which may be a KEK; on the disk when this returns. */
    private static void write(Path file, byte[] text) throws IOException {
        var options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        try (var channel = FileChannel.open(file, options, ownerOnly(file))) {
            var buffer = ByteBuffer.wrap(text);
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
            channel.force(true);
        } catch (FileAlreadyExistsException e) {
            throw new CommandRefusedException(file + " is there already, and may be a KEK: nothing was changed");
        }
    }

    private static FileAttribute<?>[] ownerOnly(Path file) {
        return file.getFileSystem().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
