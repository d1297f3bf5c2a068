package how.mana.auth.account.erasure;

import how.mana.auth.caller.UserId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.List;

/** The SQL of an erasure. */
@Singleton
class ErasureRepository {
    private static final String LOCK_VAULT = "SELECT user_id FROM auth.encryption_vaults WHERE user_id = $1 FOR UPDATE";

    private static final String ERASE = "SELECT auth.erase_user($1, 'account-deletion')";

    /** As {@code auth.erase_user} names them in the receipt. */
    private static final String SUBJECT = "SELECT encode(sha256(convert_to('mana-erasure-v1:' || $1, 'UTF8')), 'hex')";

    /** What refers to the user by id without a foreign key. A space without anybody left in it is nobody's. */
    private static final List<String> BY_ID = List.of(
            """
            DELETE FROM auth.organizations o
            USING auth.members mine
            WHERE mine.organization_id = o.id AND mine.user_id = $1
              AND (o.metadata ->> 'type' = 'personal' AND 'owner' = ANY (string_to_array(mine.role, ','))
                   OR NOT EXISTS (SELECT FROM auth.members other
                                  JOIN auth.users u ON u.id = other.user_id
                                  WHERE other.organization_id = o.id AND other.user_id <> $1))
            """,
            "DELETE FROM auth.members WHERE user_id = $1",
            "UPDATE auth.invitations SET inviter_id = NULL WHERE inviter_id = $1",
            """
            DELETE FROM auth.verification
            WHERE CASE WHEN starts_with(identifier, 'verify-email:') AND starts_with(value, '{')
                       THEN value::jsonb ->> 'user' END = $1
            """,
            "DELETE FROM auth.outbox WHERE user_id = $1");

    /** What knows the user's address. Events of which nobody knew whose they were stay, without it. */
    private static final List<String> BY_EMAIL = List.of(
            "DELETE FROM auth.invitations WHERE lower(email) = $1",
            "DELETE FROM auth.login_attempts WHERE email = $1",
            "DELETE FROM auth.rate_limits WHERE scope = 'recipient' AND client = $1",
            "DELETE FROM auth.verification WHERE value = $1",
            "DELETE FROM auth.outbox WHERE recipient = $1",
            """
            UPDATE auth.security_events SET metadata = metadata - 'email'
            WHERE user_id IS NULL AND metadata ->> 'email' = $1
            """);

    /** Whoever works with the vault locks it first and the user's row, for the trail, after it; so does an erasure. */
    Uni<Void> lockVault(SqlConnection tx, UserId user) {
        return tx.preparedQuery(LOCK_VAULT).execute(Tuple.of(user.value())).replaceWithVoid();
    }

    /** @return whether there was such a user */
    Uni<Boolean> erase(SqlConnection tx, UserId user) {
        return tx.preparedQuery(ERASE)
                .execute(Tuple.of(user.value()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** What nothing refers to with a key. After the user's row is gone: whoever writes more of this waits for that row first. */
    Uni<Void> eraseTraces(SqlConnection tx, UserId user, String email) {
        return all(tx, BY_ID, user.value()).chain(() -> all(tx, BY_EMAIL, email));
    }

    /** Who the receipt says was erased. */
    Uni<String> subject(SqlConnection tx, UserId user) {
        return tx.preparedQuery(SUBJECT)
                .execute(Tuple.of(user.value()))
                .map(rows -> rows.iterator().next().getString(0));
    }

    private static Uni<Void> all(SqlConnection tx, List<String> statements, String argument) {
        var done = Uni.createFrom().voidItem();
        for (var statement : statements) {
            done = done.chain(() ->
                    tx.preparedQuery(statement).execute(Tuple.of(argument)).replaceWithVoid());
        }
        return done;
    }
}
