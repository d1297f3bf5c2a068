package how.mana.auth.audit;

import how.mana.auth.caller.Caller;
import how.mana.auth.crypto.RandomText;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.UserTransactions;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** Writes the trail. */
@Singleton
public class AuditTrail {
    private static final String INSERT = """
            INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            """;

    private final UserTransactions transactions;
    private final SecureRandom random;
    private final Counter lost;

    AuditTrail(UserTransactions transactions, SecureRandom random, MeterRegistry metrics) {
        this.transactions = transactions;
        this.random = random;
        this.lost = Counter.builder("mana.audit.failures")
                .description(
                        "Rows of the vault's trail that could not be written; each one refused the act it was to record")
                .register(metrics);
    }

    /**
     * Records an act in the act's own transaction: both commit or neither does.
     *
     * @return the new row's id
     */
    public Uni<String> record(SqlConnection tx, Caller caller, AuditEntry entry) {
        return counted(insert(tx, caller, entry));
    }

    /**
     * Records a refusal or a failure in a transaction of its own.
     *
     * @return the new row's id, once the row is committed
     */
    public Uni<String> recordAlone(Caller caller, AuditEntry entry) {
        return counted(transactions.as(caller, tx -> insert(tx, caller, entry)));
    }

    /**
     * Records a refusal once its work is rolled back, and only then lets it pass. If recording fails, that failure is the
     * answer: no refusal goes out unrecorded. So is {@link DatabaseRefusal.TooManyRefusals}, which the trail has a row of.
     */
    public <T> Uni<T> audited(Caller caller, AuditAction action, Uni<T> work) {
        return work.onFailure(RecordedRefusal.class).recoverWithUni(failure -> {
            var refusal = (RecordedRefusal) failure;
            var entry = new AuditEntry(action, refusal.kind().status(), refusal.trailContext());
            return recordAlone(caller, entry).chain(() -> Uni.createFrom().failure(refusal));
        });
    }

    /**
     * Counts a row as lost if {@code write}, which was to write one, fails. The failure passes on unchanged. An unknown
     * caller has no trail to write to, and one who was refused too often has it full: a row there says so.
     */
    public <T> Uni<T> counted(Uni<T> write) {
        return write.onFailure(AuditTrail::losesARow).invoke(() -> lost.increment());
    }

    private static boolean losesARow(Throwable failure) {
        return !(failure instanceof DatabaseRefusal.CallerUnknown
                || failure instanceof DatabaseRefusal.TooManyRefusals);
    }

    /** A fresh row id. */
    public String newId() {
        return RandomText.nanoid(random);
    }

    private Uni<String> insert(SqlConnection tx, Caller caller, AuditEntry entry) {
        var id = newId();
        var row = Tuple.tuple()
                .addString(id)
                .addString(caller.user().value())
                .addString(entry.action().word())
                .addString(caller.address())
                .addString(caller.userAgent())
                .addString(entry.context())
                .addInteger(entry.status());
        return tx.preparedQuery(INSERT)
                .execute(row)
                .invoke(rows -> {
                    if (rows.rowCount() != 1) {
                        // A trigger or a rule of somebody's swallowed it: what cannot be recorded must not happen.
                        throw new TrailLostException();
                    }
                })
                .replaceWith(id);
    }
}
