/**
 * The only door to Postgres for work on behalf of a user.
 *
 * <p>Row-level security decides who sees what, and it knows the user only from the transaction-local setting
 * {@code app.current_user_id}. {@link how.mana.auth.db.UserTransactions} sets it as the first act of every transaction,
 * from the verified caller and from nothing else, so no statement of a feature can run as somebody else or as nobody.
 *
 * <p>Promises: the setting dies with the transaction, so a pooled connection carries nobody's name; a fault of the
 * database is a 503 and never anything a client could be blamed for. Refuses to serve at all as a role that row-level
 * security does not bind.
 *
 * <p>Three kinds of role. The <em>owner</em> logs in to migrate and never serves. <em>Groups</em> ({@code mana_app} and
 * others, {@code docs/roles.sql}) log in to nothing and hold every grant and policy. The <em>serving role</em> logs in, is a
 * member of {@code mana_app}, and has no other right. Protected tables are under FORCE ROW LEVEL SECURITY and show a
 * user's rows only to a transaction that has named that user.
 *
 * <p>Decisions. The old service's schema is built as a model and the database brought to it ({@code 0001-baseline.sql}),
 * rather than guessed at with IF NOT EXISTS: its migrations disagreed with each other, and constraint names depend on which
 * ones ran. Migrations are plain Liquibase on one JDBC connection that also holds an advisory lock, so that lock and work
 * end together.
 *
 * <p>Local mode brings its own server: {@link how.mana.auth.db.LocalPostgres} runs a real Postgres whose programs come out of a Maven
 * artifact. It asks everybody for a password, listens on the loopback address only, writes durably and keeps its data between
 * runs. The artifact is an optional dependency that the production package leaves out, so there is nothing to switch on there.
 */
@NullMarked
package how.mana.auth.db;

import org.jspecify.annotations.NullMarked;
