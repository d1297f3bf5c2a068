package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.DatabaseUrl;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** From an empty database; {@link AdoptionTest} has the other way in. */
class MigrationsTest {
    @Test
    void anEmptyDatabaseGetsTheWholeSchema() throws Exception {
        try (var database = TestPostgres.instance().createDatabase()) {
            var result = Migrations.by(database.ownerUrl(), database.appUrl()).run(OldService.REFUSE);

            assertThat(result.adopted()).isFalse();
            assertThat(result.applied()).startsWith("0001-schemas").endsWith(Changelog.LATEST);
            try (var app = database.connectAsApp()) {
                assertThat(BootChecks.refusalsOf(app)).isEmpty();
            }
        }
    }

    @Test
    void aSecondRunChangesNothing() throws Exception {
        try (var database = TestPostgres.instance().createDatabase().migrated()) {
            var before = Catalogue.of(database);

            var result = Migrations.by(database.ownerUrl(), database.appUrl()).run(OldService.REFUSE);

            assertThat(result.applied()).isEmpty();
            assertThat(result.adopted()).isFalse();
            assertThat(Catalogue.of(database)).isEqualTo(before);
        }
    }

    @Test
    void theVersionABootRequiresIsTheLastChangesetThereIs() throws IOException {
        var changelog = resource(Changelog.FILE);
        var files = Pattern.compile("<include file=\"([^\"]+)\"/>").matcher(changelog);
        var last = "";
        while (files.find()) {
            last = files.group(1);
        }
        var changesets =
                Pattern.compile("^--changeset mana:(\\S+)", Pattern.MULTILINE).matcher(resource(last));
        var id = "";
        while (changesets.find()) {
            id = changesets.group(1);
        }

        assertThat(id).isEqualTo(Changelog.LATEST);
    }

    @Test
    void theOwnerNeverServes() {
        var owner = DatabaseUrl.parse("postgresql://mana:one@localhost/mana_platform");
        var serving = DatabaseUrl.parse("postgresql://mana:two@localhost/mana_platform");

        assertThatExceptionOfType(MigrationRefusedException.class)
                .isThrownBy(() -> Migrations.by(owner, serving))
                .withMessageContaining("same role");
    }

    private static String resource(String name) throws IOException {
        try (var stream = MigrationsTest.class.getResourceAsStream("/" + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
