package how.mana.auth.account;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.RandomText;
import how.mana.auth.session.SessionToken;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * Tokens of links that were mailed: whoever has one has read that mail. The database keeps their hashes. Each counts for an hour,
 * and no more once it was taken.
 */
@Singleton
public class LinkTokens {
    private static final int LENGTH = 24;

    private static final String INSERT = """
            INSERT INTO auth.verification (id, identifier, value, expires_at)
            VALUES ($1, $2, $3, now() + interval '1 hour')
            """;

    private static final String TAKE = """
            DELETE FROM auth.verification
            WHERE identifier = $1
            RETURNING value, expires_at <= now() AS expired
            """;

    private static final String PEEK = """
            SELECT value, expires_at <= now() AS expired
            FROM auth.verification
            WHERE identifier = $1
            """;

    /** With a link that changes an address is kept the new one, a space, and the user; with one that resets a password, the user. */
    private static final String FORGET = """
            DELETE FROM auth.verification
            WHERE CASE WHEN starts_with(identifier, 'change-email:') THEN substr(value, strpos(value, ' ') + 1)
                       WHEN starts_with(identifier, 'reset-password:') THEN value END = $1
            """;

    private final SecureRandom random;

    LinkTokens(SecureRandom random) {
        this.random = random;
    }

    /** What a link is for. One that was made for one thing is good for no other. */
    public enum Purpose {
        VERIFY_EMAIL,
        RESET_PASSWORD,
        CHANGE_EMAIL;

        String identifier(String token) {
            return name().toLowerCase(Locale.ROOT).replace('_', '-') + ":" + SessionToken.hash(token);
        }
    }

    /**
     * A token that was found.
     *
     * @param value what was kept with it
     */
    public record Link(String value, boolean expired) {}

    /** A new token, and {@code value} kept with it until somebody brings it back. */
    public Uni<String> create(SqlConnection tx, Purpose purpose, String value) {
        var token = RandomText.alphanumeric(random, LENGTH);
        return tx.preparedQuery(INSERT)
                .execute(Tuple.of(RandomText.nanoid(random), purpose.identifier(token), value))
                .replaceWith(token);
    }

    /** Takes a token, which does not count any more once this transaction is committed; empty if it never counted or was taken. */
    public Uni<Optional<Link>> take(SqlConnection tx, Purpose purpose, String token) {
        return tx.preparedQuery(TAKE)
                .execute(Tuple.of(purpose.identifier(token)))
                .map(LinkTokens::first);
    }

    /** Looks at a token without taking it. */
    public Uni<Optional<Link>> peek(SqlConnection tx, Purpose purpose, String token) {
        return tx.preparedQuery(PEEK)
                .execute(Tuple.of(purpose.identifier(token)))
                .map(LinkTokens::first);
    }

    /** Takes every link that gives somebody power over the user's account: none counts any more once this transaction is committed. */
    public Uni<Void> forget(SqlConnection tx, UserId user) {
        return tx.preparedQuery(FORGET).execute(Tuple.of(user.value())).replaceWithVoid();
    }

    private static Optional<Link> first(RowSet<Row> rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .findFirst()
                .map(row -> new Link(row.getString("value"), row.getBoolean("expired")));
    }
}
