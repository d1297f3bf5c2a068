package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.session.SessionToken;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Onto a database of the old service: {@code old-service.sql}, alone and with the drift it could have. */
class AdoptionTest {
    private static final String AS_IT_SHOULD_BE = "";

    @ParameterizedTest
    @ValueSource(strings = {AS_IT_SHOULD_BE, "old-service-drift.sql"})
    void anAdoptedDatabaseEndsLikeAnEmptyOneAndKeepsEveryRow(String drift) throws Exception {
        try (var empty = TestPostgres.instance().createDatabase().migrated();
                var old = oldDatabase(drift)) {
            var before = everyRow(old);

            var result = migrate(old, OldService.ADOPT);

            assertThat(result.adopted()).isTrue();
            assertThat(Catalogue.of(old)).containsExactlyElementsOf(Catalogue.of(empty));
            assertThat(everyRowOf(before.keySet(), old)).isEqualTo(asText(before));
            try (var app = old.connectAsApp()) {
                assertThat(BootChecks.refusalsOf(app)).isEmpty();
            }
        }
    }

    @Test
    void aSecondRunNeedsNoConsentAndChangesNothing() throws Exception {
        try (var old = oldDatabase(AS_IT_SHOULD_BE)) {
            migrate(old, OldService.ADOPT);
            var before = Catalogue.of(old);

            var result = migrate(old, OldService.REFUSE);

            assertThat(result).isEqualTo(new MigrationResult(List.of(), false));
            assertThat(Catalogue.of(old)).isEqualTo(before);
        }
    }

    @Test
    void everyKekOfAnAdoptedWrapIsRecordedWithoutAFingerprint() throws Exception {
        try (var old = oldDatabase(AS_IT_SHOULD_BE)) {
            migrate(old, OldService.ADOPT);

            try (var admin = old.connectAsAdmin()) {
                // env-v0 is only named by a zero-knowledge row, which it wraps no more.
                assertThat(Jdbc.strings(
                                admin, "SELECT id || coalesce(fingerprint, ' none') || ' ' || state FROM auth.keks"))
                        .containsExactlyInAnyOrder("env-v1 none retiring", "env-v2 none retiring");
                assertThat(Jdbc.strings(admin, "SELECT DISTINCT key_generation FROM auth.encryption_vaults"))
                        .containsExactly("1");
            }
            try (var app = old.connectAsApp()) {
                assertThat(Jdbc.strings(app, "SELECT owner FROM auth.kek_samples('env-v1', 10)"))
                        .containsExactly("u1");
            }
        }
    }

    @Test
    void withoutConsentNothingChanges() throws Exception {
        try (var old = oldDatabase(AS_IT_SHOULD_BE)) {
            var before = everyRow(old);

            assertThatExceptionOfType(MigrationRefusedException.class)
                    .isThrownBy(() -> migrate(old, OldService.REFUSE))
                    .withMessageContaining("migrate --adopt")
                    .withMessageContaining("keeps every row")
                    .withMessageContaining("one-way");

            assertThat(everyRow(old)).isEqualTo(before);
            try (var admin = old.connectAsAdmin()) {
                assertThat(Jdbc.isTrue(admin, "SELECT to_regclass('auth.mana_changelog') IS NULL"))
                        .isTrue();
            }
        }
    }

    @Test
    void objectsOfAnotherOwnerAreListedReadyToRun() throws Exception {
        try (var old = TestPostgres.instance().createDatabase()) {
            old.with(OldServiceDatabase.resource("old-service.sql")
                    + OldServiceDatabase.resource("old-service-drift.sql")
                    + "CREATE SEQUENCE auth.loose; CREATE VIEW auth.people AS SELECT id FROM auth.users;"
                    + "CREATE FUNCTION auth.touch(text, integer) RETURNS void LANGUAGE sql AS '';");

            var refusal = refusalOf(old);

            var owner = old.ownerUrl().role();
            assertThat(refusal)
                    .contains(
                            "ALTER SCHEMA auth OWNER TO " + owner + ";", "ALTER SCHEMA spaces OWNER TO " + owner + ";")
                    .contains("ALTER TABLE auth.users OWNER TO " + owner + ";")
                    .contains("ALTER TABLE spaces.credentials OWNER TO " + owner + ";")
                    .contains("ALTER TYPE auth.user_role OWNER TO " + owner + ";")
                    .contains("ALTER TYPE public.access_tier OWNER TO " + owner + ";")
                    .contains("ALTER SEQUENCE auth.loose OWNER TO " + owner + ";")
                    .contains("ALTER VIEW auth.people OWNER TO " + owner + ";")
                    .contains("ALTER ROUTINE auth.touch(text, integer) OWNER TO " + owner + ";")
                    .doesNotContain("login_attempts_id_seq");
            old.with(refusal.substring(refusal.indexOf('\n')));
            assertThat(migrate(old, OldService.ADOPT).adopted()).isTrue();
        }
    }

    @Test
    void rowsTheOldRulesForbidAreNamedBeforeAnythingChanges() throws Exception {
        try (var old = oldDatabase("old-service-drift.sql")) {
            old.with("UPDATE auth.encryption_vaults SET wrap_iv = NULL WHERE user_id = 'u1'");

            assertThat(refusalOf(old)).contains("1 row(s): each has a wrap without its IV");
        }
    }

    @Test
    void whatOthersWereGrantedOnKeysAndTrailIsTakenBack() throws Exception {
        try (var old = oldDatabase(AS_IT_SHOULD_BE)) {
            var other = old.createRole("other", "");
            old.with("GRANT USAGE ON SCHEMA auth TO " + other.role() + ";"
                    + "GRANT UPDATE (context), SELECT ON auth.encryption_vault_audit TO " + other.role() + ";"
                    + "GRANT SELECT ON auth.users TO " + other.role());

            migrate(old, OldService.ADOPT);

            try (var admin = old.connectAsAdmin()) {
                assertThat(Jdbc.isTrue(
                                admin,
                                "SELECT has_any_column_privilege(?, 'auth.encryption_vault_audit', 'SELECT, UPDATE')",
                                other.role()))
                        .isFalse();
                assertThat(Jdbc.isTrue(admin, "SELECT has_table_privilege(?, 'auth.users', 'SELECT')", other.role()))
                        .isTrue();
            }
        }
    }

    private static TestDatabase oldDatabase(String drift) throws SQLException {
        return OldServiceDatabase.create(drift.isEmpty() ? "" : OldServiceDatabase.resource(drift));
    }

    private static MigrationResult migrate(TestDatabase database, OldService wish) {
        return Migrations.by(database.ownerUrl(), database.appUrl()).run(wish);
    }

    private static String refusalOf(TestDatabase database) {
        try {
            migrate(database, OldService.ADOPT);
        } catch (MigrationRefusedException e) {
            return String.valueOf(e.getMessage());
        }
        throw new AssertionError("It was adopted");
    }

    /** Old columns of every old table, and its rows. Keys are "table columns". */
    private static Map<String, List<String>> everyRow(TestDatabase database) throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            var rows = new LinkedHashMap<String, List<String>>();
            for (var table : Jdbc.strings(
                    admin,
                    "SELECT a.attrelid::regclass || ' ' || string_agg(a.attname, ', ' ORDER BY a.attnum)"
                            + " FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid"
                            + " WHERE c.relkind = 'r' AND a.attnum > 0 AND NOT a.attisdropped"
                            + " AND c.relnamespace IN ('auth'::regnamespace, 'spaces'::regnamespace)"
                            + " GROUP BY a.attrelid ORDER BY 1")) {
                rows.put(table, rowsOf(admin, table));
            }
            assertThat(rows).hasSizeGreaterThan(20);
            return rows;
        }
    }

    private static Map<String, List<String>> everyRowOf(Iterable<String> tables, TestDatabase database)
            throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            var rows = new LinkedHashMap<String, List<String>>();
            for (var table : tables) {
                rows.put(table, rowsOf(admin, table.replace("friendly_name", "name")));
            }
            return rows;
        }
    }

    private static List<String> rowsOf(Connection admin, String tableAndColumns) throws SQLException {
        var space = tableAndColumns.indexOf(' ');
        return Jdbc.strings(
                admin,
                "SELECT ROW(" + tableAndColumns.substring(space) + ")::text FROM " + tableAndColumns.substring(0, space)
                        + " ORDER BY 1");
    }

    /** Rows as they should come out: passkeys.transports changes its form, and no token stays in the clear. */
    private static Map<String, List<String>> asText(Map<String, List<String>> before) {
        var after = new LinkedHashMap<String, List<String>>();
        before.forEach((table, rows) -> after.put(
                table,
                rows.stream()
                        .map(row -> row.replace("[\"\"internal\"\", \"\"hybrid\"\"]", "internal,hybrid")
                                .replace(",t1,", "," + SessionToken.hash("t1") + ",")
                                .replace(",t2,", "," + SessionToken.hash("t2") + ",")
                                .replace(
                                        "(v1,ada@example.org,",
                                        "(v1,adopted:" + SessionToken.hash("ada@example.org") + ",")
                                .replace(",reset-password:r1,", ",reset-password:" + SessionToken.hash("r1") + ","))
                        .sorted()
                        .toList()));
        return after;
    }
}
