/**
 * Blocking connections to Postgres, for what is not a request: migrations, boot checks, commands and what runs on a thread of
 * its own. A command works as a group that holds exactly the rights of its task, and never as who logged in.
 */
@NullMarked
package how.mana.auth.db.jdbc;

import org.jspecify.annotations.NullMarked;
