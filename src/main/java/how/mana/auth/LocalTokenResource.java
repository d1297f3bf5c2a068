package how.mana.auth;

import how.mana.auth.caller.UserId;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.token.NewToken;
import how.mana.auth.token.TokenMinter;
import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Duration;
import java.util.UUID;

/**
 * A token of a demo user for whoever asks, so that a newcomer can try the vault with one request, without signing up and reading a mail. Only in
 * builds of local and dev mode, which listen on the loopback address; the production package does not contain this route.
 */
@Path("/local/token")
@IfBuildProfile(anyOf = {"local", "dev"})
public class LocalTokenResource {
    static final Duration LIFETIME = Duration.ofDays(1);

    private static final NewToken DEMO =
            new NewToken(new UserId("demo-user"), "demo-session", "demo@localhost", "user", "public");

    private static final String ENSURE_USER = """
            INSERT INTO auth.users (id, name, email, email_verified)
            VALUES ($1, 'Demo', $2, true)
            ON CONFLICT (id) DO NOTHING
            """;

    private static final String ENSURE_SESSION = """
            INSERT INTO auth.sessions (id, token, user_id, expires_at)
            VALUES ($1, encode(sha256(convert_to($2, 'UTF8')), 'hex'), $3, now() + interval '7 days')
            ON CONFLICT (id) DO UPDATE SET expires_at = excluded.expires_at
            """;

    private final ServiceTransactions transactions;
    private final TokenMinter tokens;

    LocalTokenResource(ServiceTransactions transactions, TokenMinter tokens) {
        this.transactions = transactions;
        this.tokens = tokens;
    }

    @GET
    @Produces(MediaType.TEXT_PLAIN)
    public Uni<String> token() {
        return transactions.run(LocalTokenResource::ensureDemo).chain(() -> tokens.mint(DEMO, LIFETIME));
    }

    private static Uni<Void> ensureDemo(SqlConnection tx) {
        return tx.preparedQuery(ENSURE_USER)
                .execute(Tuple.of(DEMO.user().value(), DEMO.email()))
                .chain(() -> tx.preparedQuery(ENSURE_SESSION)
                        .execute(Tuple.of(
                                DEMO.session(),
                                UUID.randomUUID().toString(),
                                DEMO.user().value())))
                .replaceWithVoid();
    }
}
