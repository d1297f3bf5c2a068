package how.mana.auth.db;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Makes the rows of users who did not sign up here. Any number of calls for one user make one row; a row that is there stays
 * as it is. Fails with {@link DatabaseRefusal.Unavailable} for every fault of the database.
 */
@Singleton
public class UserProvisioning {
    private static final String ON_FIRST_SIGHT = "SELECT auth.provision_user($1, $2, $3, $4, $5)";
    private static final String BY_AN_OPERATOR = "SELECT auth.provision_user($1, $2, $3, $4, 'infinity')";

    private final ServiceTransactions transactions;

    UserProvisioning(ServiceTransactions transactions) {
        this.transactions = transactions;
    }

    /**
     * On the word of a token, which counts for nothing about a user who was erased after it was made.
     *
     * @param issuedAt when it was made; of a token that does not say, nobody knows that it is younger than an erasure
     */
    public Uni<Provisioned> provision(NewUser user, Optional<Instant> issuedAt) {
        return call(ON_FIRST_SIGHT, arguments(user).addOffsetDateTime(utc(issuedAt)));
    }

    /** On the word of whoever runs this, which counts after an erasure too. */
    public Uni<Provisioned> provision(NewUser user) {
        return call(BY_AN_OPERATOR, arguments(user));
    }

    private Uni<Provisioned> call(String function, Tuple arguments) {
        return transactions.run(tx -> tx.preparedQuery(function)
                .execute(arguments)
                .map(rows ->
                        Provisioned.valueOf(rows.iterator().next().getString(0).toUpperCase(Locale.ROOT))));
    }

    private static Tuple arguments(NewUser user) {
        return Tuple.tuple()
                .addString(user.id().value())
                .addString(user.email().value())
                .addString(user.name())
                .addBoolean(user.emailVerified());
    }

    private static @Nullable OffsetDateTime utc(Optional<Instant> instant) {
        return instant.map(known -> known.atOffset(ZoneOffset.UTC)).orElse(null);
    }
}
