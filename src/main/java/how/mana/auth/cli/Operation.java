package how.mana.auth.cli;

import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.transit.TransitKeks;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Optional;

/**
 * What a command works with, from the environment of its process. Each method refuses with {@link CommandRefusedException}, or
 * with the exception of what it asks, if the environment does not say it, or says nonsense.
 */
public interface Operation {
    /** The database as the role that serves. */
    DatabaseUrl serving();

    /** The database as the role that migrates. */
    DatabaseUrl owner();

    /** Empty if there is no sync database. */
    Optional<DatabaseUrl> syncServing();

    /** Empty if there is no sync database. */
    Optional<DatabaseUrl> syncOwner();

    /** Who logs in where for {@code group}: by the group's variable, or by the owner's, if that is not set. */
    DatabaseUrl login(Group group);

    /** The database that a secret variable names, unless it is unset or blank. */
    Optional<DatabaseUrl> database(String variable);

    /**
     * A connection that works as {@code group}, by its {@link #login}.
     *
     * @param purpose shown in {@code pg_stat_activity} after the service's name
     */
    Connection connect(Group group, String purpose) throws SQLException;

    /** The KEKs of this environment, by the rules of production. Read anew each time; lives as long as the process. */
    KekRing keks();

    /** The transit engine of this environment. */
    TransitKeks transit();

    /** The value of a variable, unless it is unset or blank. */
    Optional<String> value(String variable);

    /** The same of a secret, which may also be in the file that {@code …_FILE} names. */
    Optional<String> secret(String variable);

    /** Where the service of this machine listens. */
    int port();

    /** Draws keys, ids and nonces. */
    SecureRandom random();
}
