package how.mana.auth.db.jdbc;

import how.mana.auth.db.DatabaseUrl;
import java.sql.Connection;
import java.sql.SQLException;

/** A connection that works as one of the groups, whoever logged in. */
public final class OperatorConnection {
    private static final String REFUSED = "42501";

    private OperatorConnection() {}

    /**
     * Logs in by {@code login} and becomes {@code group}: what its task does not need is out of reach even of an owner.
     *
     * @param purpose shown in {@code pg_stat_activity} after the service's name
     * @throws NotAMemberException if who logs in may not become the group
     * @throws SQLException if the database refuses the login or is not there
     */
    public static Connection open(DatabaseUrl login, Group group, String purpose) throws SQLException {
        var connection = Jdbc.connect(login, purpose);
        try {
            Jdbc.execute(connection, "SET ROLE " + group.role());
            return connection;
        } catch (SQLException e) {
            connection.close();
            if (REFUSED.equals(e.getSQLState())) {
                throw new NotAMemberException(login.role(), group);
            }
            throw e;
        }
    }

    /** Who logged in may not work as the group. */
    public static final class NotAMemberException extends RuntimeException {
        private static final long serialVersionUID = 1;

        NotAMemberException(String role, Group group) {
            super("The role " + role + " may not work as " + group.role() + ": GRANT " + group.role() + " TO " + role
                    + "; or name a role that may in " + group.variable());
        }
    }
}
