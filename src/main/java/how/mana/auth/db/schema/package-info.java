/**
 * The schema and its migrations, the roles, and the checks that stop a service from starting where row-level security would
 * not hold or where its KEKs are not the ones the database was used with. Blocking: it runs before the first request.
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
 */
@NullMarked
package how.mana.auth.db.schema;

import org.jspecify.annotations.NullMarked;
