package how.mana.auth.audit.seal;

import how.mana.auth.audit.seal.Finding.Kind;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.function.Consumer;

/** Users whose erasure is on record, and who were there before it and still are: their history may hang on that receipt. */
final class LivingErased {
    private static final String USERS = """
            SELECT DISTINCT u.id
            FROM auth.users u
            JOIN auth.erasure_receipts r ON r.subject = encode(sha256(convert_to('mana-erasure-v1:' || u.id, 'UTF8')), 'hex')
            WHERE u.created_at < r.erased_at
            ORDER BY u.id
            """;

    private LivingErased() {}

    static void report(Connection connection, Consumer<Finding> findings) throws SQLException {
        for (var user : Jdbc.strings(connection, USERS)) {
            findings.accept(new Finding(
                    Kind.VANISHED,
                    user,
                    "there is a receipt of an erasure, and the user was there before it and still is"));
        }
    }
}
