/**
 * The only door to Postgres for work on behalf of a user.
 *
 * <p>Row-level security decides who sees what, and it knows the user only from the transaction-local setting
 * {@code app.current_user_id}. {@link how.mana.auth.db.UserTransactions} sets it as the first act of every transaction,
 * from the verified caller and from nothing else, so no statement of a feature can run as somebody else or as nobody.
 *
 * <p>Promises: the setting dies with the transaction, so a pooled connection carries nobody's name; a fault of the
 * database is a 503 and never anything a client could be blamed for.
 *
 * <p>Below it: {@link how.mana.auth.db.schema}, which makes the database what the service needs and refuses one that is
 * not; and {@link how.mana.auth.db.local}, the Postgres that local mode brings along.
 */
@NullMarked
package how.mana.auth.db;

import org.jspecify.annotations.NullMarked;
