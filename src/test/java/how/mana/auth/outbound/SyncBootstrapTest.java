package how.mana.auth.outbound;

import static how.mana.auth.outbound.Errands.awaitDone;
import static how.mana.auth.outbound.Errands.awaitError;
import static how.mana.auth.outbound.Errands.makeDue;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import how.mana.auth.ServiceEnvironment;
import how.mana.auth.Users;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A new user's first rows in the sync database: exactly these, exactly once, under its row-level security. */
@QuarkusTest
@QuarkusTestResource(ServiceEnvironment.class)
class SyncBootstrapTest {
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    @Inject
    SyncBootstrap bootstrap;

    @Inject
    Errands errands;

    /** As mana-sync made it, who owns it. */
    @BeforeEach
    void theTableOfTheOtherService() {
        AdminDatabase.executeInSync("""
                CREATE TABLE public.sync_changes (
                    id uuid PRIMARY KEY,
                    app_id text NOT NULL,
                    table_name text NOT NULL,
                    record_id text NOT NULL,
                    user_id text NOT NULL,
                    op text NOT NULL CHECK (op IN ('insert', 'update', 'delete')),
                    data jsonb,
                    field_meta jsonb DEFAULT '{}',
                    client_id text NOT NULL,
                    created_at timestamptz NOT NULL DEFAULT now(),
                    schema_version integer NOT NULL DEFAULT 1,
                    actor jsonb,
                    origin text,
                    space_id text);
                ALTER TABLE public.sync_changes ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;
                CREATE POLICY sync_changes_user_isolation ON public.sync_changes
                    USING (user_id = current_setting('app.current_user_id', true))
                    WITH CHECK (user_id = current_setting('app.current_user_id', true));
                GRANT SELECT, INSERT ON public.sync_changes TO mana_app
                """);
    }

    @AfterEach
    void drop() {
        AdminDatabase.executeInSync("DROP TABLE IF EXISTS public.sync_changes");
    }

    @Test
    void theRowsAreThoseOfTheContract() {
        var user = Users.create().id();
        awaitDone(errands.add(Calls.bootstrap(user, "space-1")));

        var rows = rows(user);

        assertThat(rows).hasSize(2).allSatisfy(row -> {
            assertThat(row)
                    .containsEntry("op", "insert")
                    .containsEntry("client_id", "system:bootstrap")
                    .containsEntry("origin", "system")
                    .containsEntry("schema_version", 1);
            assertThat(json(row, "actor"))
                    .isEqualTo(
                            new JsonObject(
                                    "{\"kind\":\"system\",\"principalId\":\"system:bootstrap\",\"displayName\":\"Bootstrap\"}"));
        });
        assertThat(rows.get(0))
                .containsEntry("app_id", "kontext")
                .containsEntry("table_name", "kontextDoc")
                .containsEntry("space_id", "space-1");
        assertThat(rows.get(1))
                .containsEntry("app_id", "profile")
                .containsEntry("table_name", "userContext")
                .containsEntry("record_id", "singleton")
                .containsEntry("space_id", null);
    }

    @Test
    void theirDataIsThatOfTheContract() {
        var user = Users.create().id();
        awaitDone(errands.add(Calls.bootstrap(user, "space-2")));

        var document = rows(user).get(0);
        var context = rows(user).get(1);

        assertThat(UUID.fromString((String) document.get("record_id")).version())
                .isEqualTo(4);
        assertThat(json(document, "data"))
                .isEqualTo(new JsonObject().put("id", document.get("record_id")).put("content", ""));
        assertThat(json(context, "data")).isEqualTo(new JsonObject("""
                {"id":"singleton","about":{},"interests":[],"routine":{},"nutrition":{},"leisure":{},"goals":[],
                 "social":{},"freeform":"","interview":{"answeredIds":[],"skippedIds":[]},"userId":"%s"}
                """.formatted(user)));
        assertThat(json(document, "field_meta").fieldNames()).containsExactly("content");
        assertThat(json(context, "field_meta").fieldNames())
                .containsExactlyInAnyOrder(
                        "about",
                        "interests",
                        "routine",
                        "nutrition",
                        "leisure",
                        "goals",
                        "social",
                        "freeform",
                        "interview",
                        "userId");
        assertThat(json(context, "field_meta").getMap().values()).allSatisfy(time -> assertThat((String) time)
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z"));
    }

    /** The trigger leaves everybody time between looking and inserting. */
    @Test
    void howOftenSoeverTheyAreThereOnce() {
        AdminDatabase.executeInSync("""
                CREATE OR REPLACE FUNCTION public.dawdle() RETURNS trigger LANGUAGE plpgsql AS
                    'BEGIN PERFORM pg_sleep(0.2); RETURN NEW; END';
                CREATE TRIGGER dawdle BEFORE INSERT ON public.sync_changes FOR EACH ROW EXECUTE FUNCTION public.dawdle()
                """);
        var user = Users.create().id();
        var payload = Calls.bootstrap(user, "space-" + user).payload();

        var outcomes = Uni.join()
                .all(Stream.generate(() -> bootstrap.run(payload)).limit(10).toList())
                .andFailFast()
                .await()
                .atMost(PATIENCE);

        assertThat(outcomes).containsOnly(Outcome.delivered());
        assertThat(rows(user)).hasSize(2);
    }

    @Test
    void aTableThatIsNotThereYetIsWaitedFor() {
        drop();
        var user = Users.create().id();
        var id = errands.add(Calls.bootstrap(user, "space-3"));

        assertThat(awaitError(id).get("last_error")).isEqualTo("the database refused it, SQLSTATE 42P01");

        theTableOfTheOtherService();
        makeDue(id);
        awaitDone(id);
        assertThat(rows(user)).hasSize(2);
    }

    private static List<Map<String, Object>> rows(String user) {
        return AdminDatabase.rowsInSync(
                "SELECT * FROM public.sync_changes WHERE user_id = ? ORDER BY table_name", user);
    }

    private static JsonObject json(Map<String, Object> row, String column) {
        return new JsonObject(String.valueOf(row.get(column)));
    }
}
