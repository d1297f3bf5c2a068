package how.mana.auth.cli.backup;

import how.mana.auth.audit.seal.Verification;
import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.db.backup.Check;
import how.mana.auth.db.backup.Manifest;
import how.mana.auth.db.backup.Rehearsal;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.keks.KekOrders;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Looks whether a restored dump is whole, and whether the KEKs at hand open it. */
public final class BackupRehearse implements Command {
    private static final String MANIFEST = "--manifest";
    private static final String COPY = "REHEARSAL_DATABASE_URL";

    @Override
    public Syntax syntax() {
        return Syntax.of("backup rehearse").required(MANIFEST, "FILE");
    }

    @Override
    public String summary() {
        return "compare a restored copy with the manifest of its dump, open every key there, or name it; changes nothing";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.COPY;
    }

    @Override
    public int run(Invocation invocation) throws SQLException, IOException {
        var file = new ManifestFile(
                Path.of(invocation.arguments().find(MANIFEST).orElseThrow()).toAbsolutePath());
        var manifest = file.read();
        var report = new Report(invocation.output());
        look(invocation, manifest, report);
        dump(file, manifest, report);
        return report.finish(manifest) ? DONE : FAILED;
    }

    private static void look(Invocation invocation, Manifest manifest, Report report) throws SQLException {
        try (var copy = connect(invocation)) {
            var ring = invocation.operation().keks();
            rehearse(invocation, new Rehearsal(copy, manifest, ring, report));
            trail(copy, ring, report);
        } catch (SQLException e) {
            report.accept(unreadable(e));
        }
    }

    /** Class 42: a table, a column or a right is not there. What was compared before says which, and stays said. */
    private static Check unreadable(SQLException e) throws SQLException {
        if (String.valueOf(e.getSQLState()).startsWith("42")) {
            return new Check(false, "keys and trail", "cannot all be read, SQLSTATE " + e.getSQLState());
        }
        throw e;
    }

    private static Connection connect(Invocation invocation) throws SQLException {
        var login = invocation
                .operation()
                .database(COPY)
                .orElseThrow(() -> new CommandRefusedException(
                        COPY + " is not set: name the database that the dump was restored into, as"
                                + " postgresql://role:password@host:port/database"));
        try {
            var copy = OperatorConnection.open(login, Group.BACKUP, "backup rehearse");
            Jdbc.execute(copy, "SET default_transaction_read_only = on");
            return copy;
        } catch (OperatorConnection.NotAMemberException e) {
            throw new CommandRefusedException("The role of " + COPY + " may not work as mana_backup:"
                    + " GRANT mana_backup TO it, or name a superuser of that server");
        }
    }

    private static void rehearse(Invocation invocation, Rehearsal rehearsal) throws SQLException {
        var refusal = rehearsal.refusal();
        if (refusal.isPresent()) {
            throw new CommandRefusedException(refusal.get());
        }
        rehearsal.compare();
        try (var progress = invocation.output().progress("open")) {
            rehearsal.open(progress::at);
        }
    }

    /** A restored trail proves itself as the one before did. */
    private static void trail(Connection copy, KekRing ring, Report report) throws SQLException {
        KekOrders.follow(copy, ring);
        try {
            var result = new Verification(copy, ring, List.of())
                    .run(finding -> report.accept(new Check(
                            false, "trail", finding.kind() + " " + finding.subject() + ": " + finding.detail())));
            report.accept(new Check(
                    result.findings() == 0,
                    "trail",
                    "%d rows proven under %d heads, %d not sealed yet, %d findings"
                            .formatted(result.rows(), result.heads(), result.pending(), result.findings())));
        } catch (KekUnavailableException e) {
            report.accept(new Check(false, "trail", "not verified: " + e.getMessage()));
        }
    }

    private static void dump(ManifestFile file, Manifest manifest, Report report) throws IOException {
        var dump = file.dump();
        if (dump.isPresent()) {
            var same = DumpFile.sha256(dump.get()).equals(manifest.sha256());
            report.accept(new Check(same, "dump", same ? "sha256 as in the manifest" : "not the file of the manifest"));
        }
    }
}
