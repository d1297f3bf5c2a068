package how.mana.auth.vault;

import how.mana.auth.caller.Caller;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.UserTransactions;
import how.mana.auth.vault.VaultRepository.NewWrap;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.Optional;

/**
 * Superseded keys, wrapped as they were, for as long as clients may still need them. The database's clock judges; what has
 * expired is read by nobody and deleted by the next write of its owner, or by maintenance. Whoever writes holds the vault's row
 * lock.
 */
@Singleton
class RetainedKeys {
    /** More are refused rather than the oldest dropped: it may be the one that the user's data is encrypted under. */
    static final int MAX_KEPT = 8;

    private static final String OPEN = "SELECT * FROM auth.vault_open_generation($1, $2, $3, $4, $5, $6)";

    private static final String DROP_EXPIRED =
            "DELETE FROM auth.retained_keys WHERE user_id = $1 AND expires_at <= now()";

    private static final String COUNT =
            "SELECT count(*) FROM auth.retained_keys WHERE user_id = $1 AND expires_at > now()";

    private static final String KEEP = """
            INSERT INTO auth.retained_keys
                   (user_id, key_generation, wrapped_mk, wrap_iv, format_version, kek_id, key_check_value,
                    recovery_wrapped_mk, recovery_iv, recovery_format_version, recovery_set_at, reason, expires_at)
            SELECT user_id, key_generation, wrapped_mk, wrap_iv, format_version, kek_id, key_check_value,
                   recovery_wrapped_mk, recovery_iv, recovery_format_version, recovery_set_at, $2,
                   now() + make_interval(secs => $3)
            FROM auth.encryption_vaults
            WHERE user_id = $1
            """;

    private static final String NEWEST_REPLACED = """
            SELECT false AS zero_knowledge, wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value,
                   recovery_wrapped_mk, recovery_iv, recovery_format_version
            FROM auth.retained_keys
            WHERE user_id = $1 AND reason = 'rotate' AND expires_at > now()
            ORDER BY key_generation DESC
            LIMIT 1
            """;

    /** The key as the vault's next generation, and the recovery wrap that was made of it as it was. */
    private static final String PUT_BACK = """
            WITH former AS (
                DELETE FROM auth.retained_keys
                WHERE user_id = $1 AND key_generation = $8
                RETURNING user_id, recovery_wrapped_mk, recovery_iv, recovery_format_version, recovery_set_at)
            UPDATE auth.encryption_vaults v
            SET wrapped_mk = $2, wrap_iv = $3, format_version = $4, kek_id = $5, key_generation = $6,
                key_check_value = $7, rotated_at = now(),
                recovery_wrapped_mk = former.recovery_wrapped_mk, recovery_iv = former.recovery_iv,
                recovery_format_version = former.recovery_format_version, recovery_set_at = former.recovery_set_at
            FROM former
            WHERE v.user_id = former.user_id AND v.key_generation = $6 - 1
            """;

    private static final String DROP_ALL = "DELETE FROM auth.retained_keys WHERE user_id = $1";

    private final UserTransactions transactions;
    private final VaultConfig config;

    RetainedKeys(UserTransactions transactions, VaultConfig config) {
        if (config.retention().isNegative()) {
            throw new IllegalArgumentException("mana.vault.retention is negative; set MANA_VAULT_RETENTION to 7d");
        }
        this.transactions = transactions;
        this.config = config;
    }

    /** Why a key is superseded, in the words of the database. */
    enum Reason {
        /** By a new one. */
        ROTATE("rotate"),
        /** By the one before it, put back. */
        ABORT("abort");

        private final String word;

        Reason(String word) {
            this.word = word;
        }
    }

    /**
     * Reads one generation of the caller's key, the present one or a retained one, and records the access as row {@code auditId}
     * of the trail, both in one committed transaction and one round trip. The row says so, too, if there is nothing to read.
     *
     * <p>Fails with 404 {@code VAULT_NOT_INITIALISED} and {@code GENERATION_NOT_FOUND}, the latter always in zero-knowledge mode.
     */
    Uni<Vault> open(Caller caller, String auditId, long generation) {
        return transactions
                .call(caller, OPEN, auditId, caller.address(), caller.userAgent(), generation)
                .map(VaultRepository::known)
                .map(row -> {
                    if (!row.getBoolean("vault_exists")) {
                        throw new VaultRefusal.NotInitialised();
                    }
                    if (!row.getBoolean("generation_found")) {
                        throw new VaultRefusal.GenerationNotFound();
                    }
                    return VaultRepository.vault(caller.user(), row);
                });
    }

    /** Refuses if the owner's kept keys are as many as may be; of those that have expired none is left. */
    Uni<Void> requireRoom(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(DROP_EXPIRED)
                .execute(Tuple.of(owner.value()))
                .chain(() -> tx.preparedQuery(COUNT).execute(Tuple.of(owner.value())))
                .invoke(rows -> {
                    if (rows.iterator().next().getLong(0) >= MAX_KEPT) {
                        throw new VaultRefusal.TooManyGenerations();
                    }
                })
                .replaceWithVoid();
    }

    /** Keeps the vault's present key, which is about to be superseded, and its recovery wrap; unless nothing is to be kept. */
    Uni<Void> keep(SqlConnection tx, UserId owner, Reason reason) {
        if (config.retention().isZero()) {
            return Uni.createFrom().voidItem();
        }
        var seconds = (double) config.retention().toSeconds();
        return VaultRepository.one(tx, KEEP, Tuple.of(owner.value(), reason.word, seconds));
    }

    /** The newest key that a new one replaced and that was not put back since, as if it were the vault's. */
    Uni<Optional<Vault>> newestReplaced(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(NEWEST_REPLACED)
                .execute(Tuple.of(owner.value()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                VaultRepository.vault(owner, rows.iterator().next())));
    }

    /** Makes the kept key of generation {@code former} the vault's, wrapped anew as {@code wrap}. It is kept here no longer. */
    Uni<Void> putBack(SqlConnection tx, UserId owner, long former, NewWrap wrap) {
        var arguments = VaultRepository.wrapTuple(owner, wrap.wrapped())
                .addLong(wrap.generation())
                .addBuffer(Buffer.buffer(wrap.checkValue()))
                .addLong(former);
        return VaultRepository.one(tx, PUT_BACK, arguments);
    }

    /** Deletes all of the owner's. @return how many of them had not expired */
    Uni<Integer> dropAll(SqlConnection tx, UserId owner) {
        return tx.preparedQuery(DROP_EXPIRED)
                .execute(Tuple.of(owner.value()))
                .chain(() -> tx.preparedQuery(DROP_ALL).execute(Tuple.of(owner.value())))
                .map(rows -> rows.rowCount());
    }
}
