package how.mana.auth.outbound;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.SyncTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Clock;
import java.util.UUID;

/**
 * Lays down the first rows of a user and of a space in the sync database (contract A11), if they are not there. That table
 * is another service's and has no unique key for them: whoever looks and inserts holds a lock on what is looked for.
 */
@Singleton
class SyncBootstrap {
    private static final String LOCK = "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))";

    private static final String USER_CONTEXT = """
            INSERT INTO public.sync_changes (
                id, app_id, table_name, record_id, user_id, space_id, op, data, field_meta,
                client_id, actor, origin, schema_version)
            SELECT $1, 'profile', 'userContext', 'singleton', $2, NULL, 'insert', $3, $4,
                   'system:bootstrap', $5, 'system', 1
            WHERE NOT EXISTS (
                SELECT FROM public.sync_changes
                WHERE table_name = 'userContext' AND record_id = 'singleton' AND user_id = $2)
            """;

    private static final String KONTEXT_DOC = """
            INSERT INTO public.sync_changes (
                id, app_id, table_name, record_id, user_id, space_id, op, data, field_meta,
                client_id, actor, origin, schema_version)
            SELECT $1, 'kontext', 'kontextDoc', $3::jsonb ->> 'id', $2, $6, 'insert', $3, $4,
                   'system:bootstrap', $5, 'system', 1
            WHERE NOT EXISTS (
                SELECT FROM public.sync_changes
                WHERE table_name = 'kontextDoc' AND space_id = $6)
            """;

    private final SyncTransactions transactions;
    private final Clock clock;

    SyncBootstrap(SyncTransactions transactions, Clock clock) {
        this.transactions = transactions;
        this.clock = clock;
    }

    /** A service without a sync database has nothing to do here. Any other failure of that database is one. */
    Uni<Outcome> run(JsonObject payload) {
        var user = new UserId(payload.getString("userId"));
        var space = payload.getString("spaceId");
        return transactions
                .as(user, tx -> userContext(tx, user).chain(() -> kontextDoc(tx, user, space)))
                .replaceWith(Outcome.delivered())
                .onFailure(DatabaseRefusal.SyncNotConfigured.class)
                .recoverWithItem(Outcome.dropped("no sync database"));
    }

    private Uni<Void> userContext(SqlConnection tx, UserId user) {
        var row = BootstrapRow.userContext(user, clock.instant());
        return lock(tx, "mana-bootstrap-user:" + user.value())
                .chain(() -> tx.preparedQuery(USER_CONTEXT)
                        .execute(Tuple.of(
                                UUID.randomUUID(), user.value(), row.data(), row.fieldMeta(), BootstrapRow.actor())))
                .replaceWithVoid();
    }

    private Uni<Void> kontextDoc(SqlConnection tx, UserId user, String space) {
        var row = BootstrapRow.kontextDoc(clock.instant());
        return lock(tx, "mana-bootstrap-space:" + space)
                .chain(() -> tx.preparedQuery(KONTEXT_DOC)
                        .execute(Tuple.of(
                                UUID.randomUUID(),
                                user.value(),
                                row.data(),
                                row.fieldMeta(),
                                BootstrapRow.actor(),
                                space)))
                .replaceWithVoid();
    }

    /** Until the transaction ends. The statement after it sees what the one before it in the queue has committed. */
    private static Uni<Void> lock(SqlConnection tx, String what) {
        return tx.preparedQuery(LOCK).execute(Tuple.of(what)).replaceWithVoid();
    }
}
