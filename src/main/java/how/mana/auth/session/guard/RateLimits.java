package how.mana.auth.session.guard;

import how.mana.auth.caller.Client;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.problem.AuthRefusal;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.Locale;

/** Counts requests and refuses those that are too many. All replicas count together. */
@Singleton
public class RateLimits {
    private static final String COUNT = "SELECT auth.rate_limit($1, $2, $3, make_interval(secs => $4))";

    private final ServiceTransactions transactions;
    private final LimitConfig config;

    RateLimits(ServiceTransactions transactions, LimitConfig config) {
        this.transactions = transactions;
        this.config = config;
    }

    /** What is counted together. */
    public enum Scope {
        SIGN_IN,
        SIGN_UP,
        CHANGE_PASSWORD,
        CHANGE_EMAIL,
        MAIL,
        OTHER
    }

    /** Counts a request of a client. Fails with {@link AuthRefusal.RateLimited} if it was one too many. */
    public Uni<Void> count(Scope scope, Client client) {
        return count(name(scope), client, limit(scope));
    }

    /**
     * The same for a route that has no limit of its own: each is counted by itself.
     *
     * @param path one of ours, without anything that a client chooses
     */
    public Uni<Void> count(String path, Client client) {
        return count(name(Scope.OTHER) + " " + path, client, limit(Scope.OTHER));
    }

    private Uni<Void> count(String scope, Client client, Limit limit) {
        return transactions
                .run(tx -> seconds(tx, scope, client.network(), limit))
                .invoke(wait -> {
                    if (wait > 0) {
                        throw new AuthRefusal.RateLimited(Duration.ofSeconds(wait));
                    }
                })
                .replaceWithVoid();
    }

    /** Counts a mail to an address, in the transaction that sends it. @return whether it may be sent */
    public Uni<Boolean> mayMail(SqlConnection tx, String address) {
        var limit = new Limit(config.recipient().requests(), config.recipient().window());
        return seconds(tx, "recipient", address, limit).map(wait -> wait == 0);
    }

    private static Uni<Integer> seconds(SqlConnection tx, String scope, String client, Limit limit) {
        return tx.preparedQuery(COUNT)
                .execute(Tuple.of(
                        scope, client, limit.requests(), (double) limit.window().toSeconds()))
                .map(rows -> rows.iterator().next().getInteger(0));
    }

    private Limit limit(Scope scope) {
        return switch (scope) {
            case SIGN_IN ->
                new Limit(config.signIn().requests(), config.signIn().window());
            case SIGN_UP, CHANGE_PASSWORD, CHANGE_EMAIL ->
                new Limit(config.change().requests(), config.change().window());
            case MAIL -> new Limit(config.mail().requests(), config.mail().window());
            case OTHER -> new Limit(config.other().requests(), config.other().window());
        };
    }

    private static String name(Scope scope) {
        return scope.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private record Limit(int requests, Duration window) {}
}
