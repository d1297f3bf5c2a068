package how.mana.auth;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;

/** Makes users: every test has its own. */
public final class Users {
    private Users() {}

    public static User create() {
        var id = "user-" + UUID.randomUUID();
        AdminDatabase.execute(
                "INSERT INTO auth.users (id, name, email) VALUES (?, ?, ?)", id, "Test", id + "@test.local");
        return new User(id, TestIssuer.instance().tokenFor(id));
    }

    /** As the service erases: a receipt, and the row is gone. */
    public static void erase(String id) {
        AdminDatabase.rows("SELECT auth.act_as(?, NULL), auth.erase_user(?, 'requested')", id, id);
    }

    /** The row as it is stored, or none. */
    public static List<Map<String, Object>> rows(String id) {
        return AdminDatabase.rows(
                "SELECT email, name, email_verified, role::text, access_tier::text, kind::text, deleted_at"
                        + " FROM auth.users WHERE id = ?",
                id);
    }

    /** Does {@code work} while making this user takes a moment: whoever is told to meanwhile has not seen the row yet. */
    public static <T> T whileMadeSlowly(String id, Callable<T> work) throws Exception {
        AdminDatabase.execute("CREATE FUNCTION auth.slow() RETURNS trigger LANGUAGE plpgsql AS"
                + " $$ BEGIN PERFORM pg_sleep(0.1); RETURN NEW; END $$");
        AdminDatabase.execute("CREATE TRIGGER slow BEFORE INSERT ON auth.users FOR EACH ROW WHEN (NEW.id = '" + id
                + "') EXECUTE FUNCTION auth.slow()");
        try {
            return work.call();
        } finally {
            AdminDatabase.execute("DROP FUNCTION auth.slow() CASCADE");
        }
    }

    /** @param token good for an hour */
    public record User(String id, String token) {}
}
