package how.mana.auth.token;

import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.db.keks.Wrapping;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** The rows of {@code auth.jwks} that this service wrote. Those of the service before it have no KEK and are left alone. */
@Singleton
class SigningKeyRepository {
    private static final String FIND = """
            SELECT id, public_key, kek_id, wrap_iv, private_key
            FROM auth.jwks
            WHERE format_version = 2 AND kek_id IS NOT NULL AND wrap_iv IS NOT NULL
              AND (withdrawn_at IS NULL OR withdrawn_at > now())
            ORDER BY signs_from IS NULL OR signs_from <= now() DESC, created_at DESC, id
            """;

    private static final String INSERT = """
            INSERT INTO auth.jwks (id, public_key, kek_id, wrap_iv, private_key, format_version)
            VALUES ($1, $2, $3, $4, $5, 2)
            """;

    private static final String LOCK = "SELECT pg_advisory_xact_lock($1)";

    /** Names the lock under which keys are made: "manajwks" in ASCII. */
    static final long NEW_KEY = 0x6d616e616a776b73L;

    private final ServiceTransactions transactions;
    private final Wrapping wrapping;

    SigningKeyRepository(ServiceTransactions transactions, Wrapping wrapping) {
        this.transactions = transactions;
        this.wrapping = wrapping;
    }

    /** All but those withdrawn. First those whose time to sign has come, newest first; then those published ahead of theirs. */
    Uni<List<SigningKey.Stored>> find() {
        return transactions.run(SigningKeyRepository::find);
    }

    /**
     * The rows, after adding {@code first} if they were not enough. However many replicas ask at the same time, one adds.
     *
     * @param enough whether any of the rows counts, which is not for the database to say
     */
    Uni<List<SigningKey.Stored>> findOrAdd(
            Predicate<List<SigningKey.Stored>> enough, Supplier<SigningKey.Stored> first) {
        return wrapping.during(() -> transactions.run(tx -> tx.preparedQuery(LOCK)
                .execute(Tuple.of(NEW_KEY))
                .chain(() -> find(tx))
                .chain(rows -> enough.test(rows) ? Uni.createFrom().item(rows) : add(tx, first.get()))));
    }

    private static Uni<List<SigningKey.Stored>> add(SqlConnection tx, SigningKey.Stored key) {
        var wrapped = key.wrapped();
        var values =
                Tuple.of(key.kid(), key.publicJwk(), wrapped.kekId().value(), wrapped.nonce(), wrapped.ciphertext());
        return tx.preparedQuery(INSERT).execute(values).chain(() -> find(tx));
    }

    private static Uni<List<SigningKey.Stored>> find(SqlConnection tx) {
        return tx.query(FIND).execute().map(SigningKeyRepository::stored);
    }

    private static List<SigningKey.Stored> stored(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> SigningKey.Stored.of(
                        row.getString("id"),
                        row.getString("public_key"),
                        row.getString("kek_id"),
                        row.getString("wrap_iv"),
                        row.getString("private_key")))
                .flatMap(Optional::stream)
                .toList();
    }
}
