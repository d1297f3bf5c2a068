package how.mana.auth.cli;

import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.schema.MigrationResult;
import how.mana.auth.db.schema.Migrations;
import how.mana.auth.db.schema.OldService;
import how.mana.auth.db.schema.SyncMigrations;
import java.util.Optional;

/** Brings the databases to this build's schema. */
final class Migrate implements Command {
    private static final String ADOPT = "--adopt";

    @Override
    public Syntax syntax() {
        return Syntax.of("migrate").flag(ADOPT);
    }

    @Override
    public String summary() {
        return "bring the database, and the sync database if there is one, to this build's schema;"
                + " --adopt takes over the old service's: every row stays, one-way";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.OWNER;
    }

    @Override
    public boolean needsFramework() {
        return true; // sets up Liquibase
    }

    @Override
    public int run(Invocation invocation) {
        var operation = invocation.operation();
        var wish = invocation.arguments().has(ADOPT) ? OldService.ADOPT : OldService.REFUSE;
        var result = Migrations.by(operation.owner(), operation.serving())
                .sealedBy(operation.database(Group.AUDITOR.variable()))
                .run(wish);
        report(invocation.output(), "", result);
        migrateSync(operation, wish).ifPresent(sync -> report(invocation.output(), "sync database ", sync));
        return DONE;
    }

    private static Optional<MigrationResult> migrateSync(Operation operation, OldService wish) {
        return operation.syncServing().flatMap(serving -> operation
                .syncOwner()
                .map(owner -> SyncMigrations.by(owner, serving).run(wish)));
    }

    private static void report(Output output, String database, MigrationResult result) {
        var done = result.adopted() ? "adopted" : "migrated";
        output.say(database + done + ": " + result.applied().size() + " changesets applied");
        output.json()
                .putObject(database.isEmpty() ? "main" : "sync")
                .put("adopted", result.adopted())
                .put("applied", result.applied().size());
    }
}
