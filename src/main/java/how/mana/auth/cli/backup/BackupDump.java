package how.mana.auth.cli.backup;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.db.backup.Manifest;
import how.mana.auth.db.backup.Snapshot;
import how.mana.auth.db.jdbc.Group;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;

/** Dumps the database, with a manifest of what the dump holds. */
public final class BackupDump implements Command {
    private static final String TO = "--to";
    private static final String PROGRAM = "--pg-dump";

    @Override
    public Syntax syntax() {
        return Syntax.of("backup dump").required(TO, "FILE").option(PROGRAM, "PATH");
    }

    @Override
    public String summary() {
        return "run pg_dump, and write beside FILE a manifest of what the dump holds, counted in the same snapshot";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.BACKUP;
    }

    @Override
    public int run(Invocation invocation) throws Exception {
        var file = Path.of(invocation.arguments().find(TO).orElseThrow()).toAbsolutePath();
        var manifest = ManifestFile.of(file);
        manifest.requireAbsent();
        var dump = DumpFile.create(file);
        try {
            var written = dump(invocation, dump);
            manifest.write(written);
            report(invocation, written, manifest);
            return DONE;
        } catch (Exception e) {
            dump.delete(); // what is not whole must not be taken for a backup
            throw e;
        }
    }

    private static Manifest dump(Invocation invocation, DumpFile file)
            throws SQLException, IOException, InterruptedException {
        var operation = invocation.operation();
        var program = new PgDump(invocation.arguments().find(PROGRAM).orElse("pg_dump"), invocation.stop());
        try (var connection = operation.connect(Group.BACKUP, "backup dump");
                var snapshot = Snapshot.take(connection)) {
            requireWhole(snapshot);
            program.run(operation.login(Group.BACKUP), snapshot.id(), file.path());
            return snapshot.manifest(file.sha256());
        }
    }

    private static void requireWhole(Snapshot snapshot) {
        if (!snapshot.hidden().isEmpty()) {
            throw new CommandRefusedException("mana_backup may not see every row of "
                    + String.join(", ", snapshot.hidden()) + ", so there is no backup: give it a policy FOR SELECT"
                    + " USING (true) there, or drop the restrictive one; `doctor` says which are ours");
        }
    }

    private static void report(Invocation invocation, Manifest written, ManifestFile manifest) {
        var contents = written.contents();
        var rows =
                contents.tables().values().stream().mapToLong(Long::longValue).sum();
        invocation
                .output()
                .say("dumped %d rows of %d tables, sha256 %s"
                        .formatted(rows, contents.tables().size(), written.sha256()));
        invocation.output().say("manifest: " + manifest.path());
        invocation
                .output()
                .json()
                .put("rows", rows)
                .put("tables", contents.tables().size())
                .put("sha256", written.sha256())
                .put("manifest", manifest.path().toString());
    }
}
