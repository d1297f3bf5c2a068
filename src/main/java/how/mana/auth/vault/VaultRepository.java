package how.mana.auth.vault;

import how.mana.auth.caller.Caller;
import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.Timestamps;
import how.mana.auth.db.UserTransactions;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The SQL of the vault. Row-level security decides whose row it is; the predicates only say what is meant. */
@Singleton
class VaultRepository {
    private static final String OPEN = "SELECT * FROM auth.vault_open($1, $2, $3, $4, $5)";
    private static final String STATUS = "SELECT * FROM auth.vault_status($1, $2)";

    private static final String LOCK = """
            SELECT zero_knowledge, wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value,
                   recovery_wrapped_mk, recovery_iv, recovery_format_version
            FROM auth.encryption_vaults
            WHERE user_id = $1
            FOR UPDATE
            """;

    private static final String CREATE = """
            INSERT INTO auth.encryption_vaults
                   (user_id, wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value)
            VALUES ($1, $2, $3, $4, $5, $6, $7)
            ON CONFLICT (user_id) DO NOTHING
            """;

    private static final String REKEY = """
            UPDATE auth.encryption_vaults
            SET wrapped_mk = $2, wrap_iv = $3, format_version = $4, kek_id = $5, key_generation = $6,
                key_check_value = $7, rotated_at = now(),
                recovery_wrapped_mk = NULL, recovery_iv = NULL, recovery_set_at = NULL
            WHERE user_id = $1 AND key_generation = $6 - 1
            """;

    private static final String SET_CHECK_VALUE = """
            UPDATE auth.encryption_vaults
            SET key_check_value = $3
            WHERE user_id = (SELECT user_id FROM auth.encryption_vaults
                             WHERE user_id = $1 AND key_generation = $2 AND key_check_value IS NULL
                             FOR UPDATE SKIP LOCKED)
            """;

    private static final String SET_RECOVERY = """
            UPDATE auth.encryption_vaults
            SET recovery_wrapped_mk = $2, recovery_iv = $3, recovery_format_version = $4, recovery_set_at = now()
            WHERE user_id = $1
            """;

    private static final String CLEAR_RECOVERY = """
            UPDATE auth.encryption_vaults
            SET recovery_wrapped_mk = NULL, recovery_iv = NULL, recovery_set_at = NULL
            WHERE user_id = $1
            """;

    private static final String GIVE_TO_USER = """
            UPDATE auth.encryption_vaults
            SET zero_knowledge = true, wrapped_mk = NULL, wrap_iv = NULL, key_check_value = $2
            WHERE user_id = $1
            """;

    private static final String REVOKE_GRANTS = """
            UPDATE auth.mission_grants
            SET revoked_at = now()
            WHERE user_id = $1 AND revoked_at IS NULL AND expires_at > now()
            """;

    private static final String TAKE_BACK = """
            UPDATE auth.encryption_vaults
            SET zero_knowledge = false, wrapped_mk = $2, wrap_iv = $3, format_version = $4, kek_id = $5,
                key_check_value = $6
            WHERE user_id = $1 AND key_generation = $7
            """;

    private static final KekId NO_KEK = new KekId("-");

    private final UserTransactions transactions;

    VaultRepository(UserTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * Reads the caller's vault and records the access as row {@code auditId} of the trail, both in one committed
     * transaction and one round trip. With no vault there, the row says so.
     */
    Uni<Optional<Vault>> open(Caller caller, String auditId) {
        return open(caller, auditId, OPEN);
    }

    /** The same by another statement, which answers what {@code auth.vault_open} does and takes {@code more} after its arguments. */
    Uni<Optional<Vault>> open(Caller caller, String auditId, String statement, Object... more) {
        var arguments = Stream.concat(Stream.of(auditId, caller.address(), caller.userAgent()), Stream.of(more))
                .toArray();
        return transactions
                .call(caller, statement, arguments)
                .map(row -> known(row).getBoolean("vault_exists")
                        ? Optional.of(vault(caller.user(), row))
                        : Optional.empty());
    }

    /** Reads the caller's status: no key is touched and nothing is recorded. */
    Uni<VaultStatus> status(Caller caller) {
        return transactions.call(caller, STATUS).map(VaultRepository::known).map(VaultRepository::statusOf);
    }

    /** Finds the owner's vault and holds it until the transaction ends. */
    Uni<Optional<Vault>> lock(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(LOCK)
                .execute(Tuple.of(owner.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(vault(owner, rows.iterator().next())));
    }

    /** @return whether this call made the vault; false if another one was quicker, whose vault then is committed */
    Uni<Boolean> create(SqlConnection tx, UserId owner, NewWrap wrap) {
        return tx.preparedQuery(CREATE)
                .execute(wrapTuple(owner, wrap.wrapped())
                        .addLong(wrap.generation())
                        .addBuffer(buffer(wrap.checkValue())))
                .map(rows -> rows.rowCount() == 1);
    }

    /** Replaces the key by one of the next generation and forgets the recovery wrap, which is of the old one. */
    Uni<Void> rekey(SqlConnection tx, UserId owner, NewWrap wrap) {
        return one(
                tx,
                REKEY,
                wrapTuple(owner, wrap.wrapped()).addLong(wrap.generation()).addBuffer(buffer(wrap.checkValue())));
    }

    /**
     * Stores the check value of a key that had none yet; changes nothing if it has one, is of another generation, or is held by
     * somebody else at the moment, who may be a sweep that stores it too.
     */
    Uni<Void> learnCheckValue(SqlConnection tx, UserId owner, long generation, byte[] checkValue) {
        return tx.preparedQuery(SET_CHECK_VALUE)
                .execute(Tuple.of(owner.value(), generation).addBuffer(buffer(checkValue)))
                .replaceWithVoid();
    }

    Uni<Void> setRecovery(SqlConnection tx, UserId owner, RecoveryWrap wrap) {
        return one(tx, SET_RECOVERY, Tuple.of(owner.value(), wrap.wrapped(), wrap.nonce(), wrap.format()));
    }

    Uni<Void> clearRecovery(SqlConnection tx, UserId owner) {
        return one(tx, CLEAR_RECOVERY, Tuple.of(owner.value()));
    }

    /** Zero-knowledge on: the service's wrap is gone, the check value stays. */
    Uni<Void> giveToUser(SqlConnection tx, UserId owner, byte[] checkValue) {
        return one(tx, GIVE_TO_USER, Tuple.of(owner.value()).addBuffer(buffer(checkValue)));
    }

    /** Takes back what the AI worker was granted and still could use. @return how many grants that was */
    Uni<Integer> revokeGrants(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(REVOKE_GRANTS).execute(Tuple.of(owner.value())).map(rows -> rows.rowCount());
    }

    /** Zero-knowledge off: the service wraps the same key again; the recovery wrap stays. */
    Uni<Void> takeBack(SqlConnection tx, UserId owner, NewWrap wrap) {
        return one(
                tx,
                TAKE_BACK,
                wrapTuple(owner, wrap.wrapped())
                        .addBuffer(buffer(wrap.checkValue()))
                        .addLong(wrap.generation()));
    }

    static Uni<Void> one(SqlConnection tx, String update, Tuple arguments) {
        return tx.preparedQuery(update)
                .execute(arguments)
                .invoke(rows -> {
                    if (rows.rowCount() != 1) {
                        // The row is locked by this transaction, so this is a fault of ours: roll everything back.
                        throw new IllegalStateException("A locked vault was not changed");
                    }
                })
                .replaceWithVoid();
    }

    static Tuple wrapTuple(UserId owner, WrappedKey wrapped) {
        return Tuple.tuple()
                .addString(owner.value())
                .addString(wrapped.ciphertext())
                .addString(wrapped.nonce())
                .addInteger(wrapped.format())
                .addString(wrapped.kekId().value());
    }

    static Row known(Row row) {
        if (!row.getBoolean("caller_known")) {
            throw new DatabaseRefusal.CallerUnknown();
        }
        return row;
    }

    private static VaultStatus statusOf(Row row) {
        return new VaultStatus(
                row.getBoolean("vault_exists"),
                row.getBoolean("has_recovery_wrap"),
                row.getBoolean("zero_knowledge"),
                Timestamps.isoOrNull(row.getOffsetDateTime("recovery_set_at")));
    }

    static Vault vault(UserId owner, Row row) {
        var recovery = Optional.ofNullable(row.getString("recovery_wrapped_mk"))
                .map(wrapped -> new RecoveryWrap(
                        wrapped, text(row.getString("recovery_iv")), row.getInteger("recovery_format_version")));
        var custody = row.getBoolean("zero_knowledge")
                ? new Custody.ByUser(recovery.orElseThrow())
                : new Custody.ByService(wrapped(row), recovery);
        return new Vault(
                owner,
                custody,
                row.getLong("key_generation"),
                Optional.ofNullable(row.getBuffer("key_check_value")).map(buffer -> buffer.getBytes()));
    }

    /** A wrap that is not there reads as one that does not open: a row without either is damage, and answered as such. */
    private static WrappedKey wrapped(Row row) {
        return new WrappedKey(
                row.getInteger("format_version"),
                kekId(text(row.getString("kek_id"))),
                text(row.getString("wrap_iv")),
                text(row.getString("wrapped_mk")));
    }

    /** What cannot be an id is the id of no KEK of ours. */
    private static KekId kekId(String column) {
        return KekId.isValid(column) ? new KekId(column) : NO_KEK;
    }

    private static String text(@Nullable String column) {
        return column == null ? "" : column;
    }

    private static Buffer buffer(byte[] bytes) {
        return Buffer.buffer(bytes);
    }

    /**
     * A freshly wrapped key on its way into a row.
     *
     * @param checkValue of the wrapped key
     */
    record NewWrap(WrappedKey wrapped, long generation, byte[] checkValue) {}
}
