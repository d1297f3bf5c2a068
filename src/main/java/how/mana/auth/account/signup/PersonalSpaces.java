package how.mana.auth.account.signup;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.RandomText;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** The space that every user has for themselves (contract A12). */
@Singleton
class PersonalSpaces {
    /**
     * Makes the space under the first slug that is free: the one that is wished for, or that with a number. One that somebody
     * else is about to take is passed over, so that many people of one name who come at once do not wait for each other. CASE: a
     * slug that is taken must not be locked too.
     */
    private static final String CREATE = """
            WITH RECURSIVE pick (n, slug, mine) AS (
                SELECT $6::integer, '', false
                UNION ALL
                SELECT c.n, c.slug,
                       CASE WHEN EXISTS (SELECT FROM auth.organizations o WHERE o.slug = c.slug) THEN false
                            ELSE pg_catalog.pg_try_advisory_xact_lock(pg_catalog.hashtextextended('mana-slug:' || c.slug, 0))
                       END
                FROM pick p
                CROSS JOIN LATERAL (
                    SELECT p.n + 1 AS n, $3::text || CASE p.n WHEN 0 THEN '' ELSE '-' || p.n + 1 END AS slug) c
                WHERE NOT p.mine AND p.n < 999),
            space AS (
                INSERT INTO auth.organizations (id, name, slug, metadata)
                SELECT $1::text, $2::text, p.slug, jsonb_build_object('type', 'personal', 'tier', u.access_tier)
                FROM pick p
                JOIN auth.users u ON u.id = $4::text
                WHERE p.mine
                ON CONFLICT (slug) DO NOTHING
                RETURNING id),
            owner AS (
                INSERT INTO auth.members (id, organization_id, user_id, role)
                SELECT $5::text, s.id, $4::text, 'owner'
                FROM space s
                RETURNING id)
            SELECT EXISTS (SELECT FROM owner) AS created, EXISTS (SELECT FROM pick p WHERE p.mine) AS was_free
            """;

    /** Somebody may have taken a slug since this statement began, without that being seen by it. */
    private static final int TRIES = 10;

    private final SecureRandom random;

    PersonalSpaces(SecureRandom random) {
        this.random = random;
    }

    /**
     * A space that is to be.
     *
     * @param name what it is called
     * @param slug if nobody has that
     */
    record NewSpace(String id, UserId owner, String name, Slug slug) {
        NewSpace under(Slug other) {
            return new NewSpace(id, owner, name, other);
        }
    }

    /** An id that no space has. */
    String randomId() {
        return RandomText.nanoid(random);
    }

    /** Makes the space of a new user, in the transaction that makes the user. */
    Uni<Void> create(SqlConnection tx, NewSpace space) {
        return create(tx, space, TRIES);
    }

    private Uni<Void> create(SqlConnection tx, NewSpace space, int tries) {
        return tryTo(tx, space).chain(row -> {
            if (row.getBoolean("created")) {
                return Uni.createFrom().voidItem();
            }
            return row.getBoolean("was_free") && tries > 0
                    ? create(tx, space, tries - 1)
                    : create(tx, space.under(space.slug().randomly(random)), TRIES);
        });
    }

    private Uni<Row> tryTo(SqlConnection tx, NewSpace space) {
        return tx.preparedQuery(CREATE)
                .execute(Tuple.of(
                        space.id(),
                        space.name(),
                        space.slug().value(),
                        space.owner().value(),
                        RandomText.nanoid(random),
                        space.slug().isReserved() ? 1 : 0))
                .map(rows -> rows.iterator().next());
    }
}
