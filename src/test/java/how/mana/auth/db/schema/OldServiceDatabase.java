package how.mana.auth.db.schema;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;

/** Databases as the old service leaves them: {@code old-service.sql} and what a test adds. */
public final class OldServiceDatabase {
    private static final String TAKE_OWNERSHIP = """
            DO $$
            DECLARE r record;
            BEGIN
                FOR r IN SELECT format('ALTER TABLE %%s OWNER TO %1$s', c.oid::regclass) AS sql FROM pg_class c
                         WHERE c.relkind = 'r' AND c.relnamespace IN ('auth'::regnamespace, 'spaces'::regnamespace)
                         UNION ALL
                         SELECT format('ALTER TYPE %%s OWNER TO %1$s', t.oid::regtype) FROM pg_type t
                         WHERE t.typname IN ('user_role', 'access_tier', 'user_kind')
                LOOP EXECUTE r.sql; END LOOP;
            END $$;
            ALTER SCHEMA auth OWNER TO %1$s;
            ALTER SCHEMA spaces OWNER TO %1$s;
            """;

    private OldServiceDatabase() {}

    /** A new one, whose objects the migration role owns. */
    public static TestDatabase create(String additions) throws SQLException {
        var old = TestPostgres.instance().createDatabase();
        return old.with(resource("old-service.sql"))
                .with(additions)
                .with(TAKE_OWNERSHIP.formatted(old.ownerUrl().role()));
    }

    /** A new one that was adopted, with no key in it: the tests' KEK opens none of the old ones. */
    public static TestDatabase adopted(String additions) throws SQLException {
        var old = create(additions + "DELETE FROM auth.encryption_vaults;");
        Migrations.by(old.ownerUrl(), old.appUrl()).run(OldService.ADOPT);
        return old;
    }

    /** A script beside {@code old-service.sql}. */
    public static String resource(String name) {
        try (var stream = OldServiceDatabase.class.getResourceAsStream("/db/" + name)) {
            assertThat(stream).as(name).isNotNull();
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8) + "\n";
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }
}
