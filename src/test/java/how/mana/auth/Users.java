package how.mana.auth;

import java.util.UUID;

/** Makes users: every test has its own. */
public final class Users {
    private Users() {}

    public static User create() {
        var id = "user-" + UUID.randomUUID();
        AdminDatabase.execute(
                "INSERT INTO auth.users (id, name, email) VALUES (?, ?, ?)", id, "Test", id + "@test.local");
        return new User(id, TestIssuer.instance().tokenFor(id));
    }

    /** @param token good for an hour */
    public record User(String id, String token) {}
}
