package how.mana.auth.cli.audit;

import how.mana.auth.audit.seal.Export;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.jdbc.Group;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;

/** Writes the sealed trail to a file. */
public final class ExportTrail implements Command {
    private static final String TO = "--to";
    private static final String BEFORE = "--before";

    /** Later than anything was sealed, and a time that the database knows too. */
    private static final Instant END_OF_TIME = Instant.parse("9999-12-31T00:00:00Z");

    @Override
    public Syntax syntax() {
        return Syntax.of("audit export").required(TO, "FILE").option(BEFORE, "DATE");
    }

    @Override
    public String summary() {
        return "write what is sealed, with the heads above it, to a new file: one line of JSON each";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.AUDITOR;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var before = Moments.find(invocation.arguments(), BEFORE).orElse(END_OF_TIME);
        var file = Path.of(invocation.arguments().find(TO).orElseThrow());
        var result = export(invocation, file, before);
        invocation.output().say("exported: %d rows under %d heads".formatted(result.rows(), result.heads()));
        result.newest().ifPresent(head -> invocation.output().say("newest head: " + head));
        invocation
                .output()
                .json()
                .put("rows", result.rows())
                .put("heads", result.heads())
                .put("newest", result.newest().orElse(null));
        return DONE;
    }

    /** Nothing stands under the name of the file until all of it is on the disk: then something may be pruned. */
    private static Export.Result export(Invocation invocation, Path file, Instant before) throws SQLException {
        if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
            throw new CommandRefusedException("The file of " + TO + " is there already: name a new one");
        }
        var part = file.resolveSibling("." + file.getFileName() + "." + UUID.randomUUID() + ".part");
        try {
            var result = write(invocation, part, before);
            Files.move(part, file);
            return result;
        } catch (IOException e) {
            throw new CommandRefusedException(
                    "The file of " + TO + " cannot be written: name a new one in a folder that"
                            + " this user may write to, on a disk with room");
        } finally {
            delete(part);
        }
    }

    /** The file says who did what, so it is readable by its owner alone. */
    private static Export.Result write(Invocation invocation, Path part, Instant before)
            throws SQLException, IOException {
        try (var connection = invocation.operation().connect(Group.AUDITOR, "audit export");
                var channel = FileChannel.open(
                        part,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                var out = new BufferedWriter(
                        new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8))) {
            var result = new Export(connection, out).before(before);
            out.flush();
            channel.force(true);
            return result;
        }
    }

    private static void delete(Path part) {
        try {
            Files.deleteIfExists(part);
        } catch (IOException e) {
            throw new CommandRefusedException("A part of the trail is left and cannot be deleted: " + part);
        }
    }
}
