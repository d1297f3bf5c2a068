package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.db.jdbc.Jdbc;
import java.util.ArrayList;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class MigrationLockTest {
    @Test
    void ofTwoMigrationsAtOnceOneWorksAndTheOtherFindsNothingToDo() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var together = new CyclicBarrier(2);
            Callable<MigrationResult> migration = () -> {
                together.await(10, TimeUnit.SECONDS);
                return Migrations.by(database.ownerUrl(), database.appUrl()).run(OldService.REFUSE);
            };
            var threads = Executors.newFixedThreadPool(2);
            try {
                var results = new ArrayList<MigrationResult>();
                for (Future<MigrationResult> result : threads.invokeAll(java.util.List.of(migration, migration))) {
                    results.add(result.get(60, TimeUnit.SECONDS));
                }

                assertThat(results)
                        .filteredOn(result -> result.applied().isEmpty())
                        .hasSize(1);
                assertThat(results)
                        .filteredOn(result -> result.applied().contains(Changelog.LATEST))
                        .hasSize(1);
            } finally {
                threads.shutdownNow();
            }
        }
    }

    @Test
    void theChangelogLockOfADeadMigrationIsReleased() throws Exception {
        try (var database = TestPostgres.instance().createDatabase().migrated()) {
            database.with("UPDATE auth.mana_changelog_lock SET locked = true, lockedby = 'killed', lockgranted = now();"
                    + "DELETE FROM auth.mana_changelog WHERE id = '0003-indexes'");

            var result = Migrations.by(database.ownerUrl()).run(OldService.REFUSE);

            assertThat(result.applied()).containsExactly("0003-indexes");
            try (var admin = database.connectAsAdmin()) {
                assertThat(Jdbc.isTrue(admin, "SELECT locked FROM auth.mana_changelog_lock"))
                        .isFalse();
            }
        }
    }

    @Test
    void aMigrationThatDiesFreesTheDatabase() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var dying = database.connectAsOwner();
            MigrationLock.acquire(dying);
            dying.close();

            assertThat(Migrations.by(database.ownerUrl()).run(OldService.REFUSE).applied())
                    .isNotEmpty();
        }
    }
}
