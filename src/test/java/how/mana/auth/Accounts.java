package how.mana.auth;

import static io.restassured.RestAssured.given;

import how.mana.auth.crypto.PasswordHashes;
import io.restassured.http.ContentType;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** One account with a password, as its owner sees it over HTTP and as it is stored. Every test has its own. */
public final class Accounts {
    public static final String PASSWORD = "correct horse battery staple";
    public static final String AUTH = "/api/v1/auth";
    public static final String NATIVE = "/api/auth";
    public static final String COOKIE = "mana.session_token";

    /** Of {@link #PASSWORD}, made by the service in use today: the first of the vectors. */
    public static final String SCRYPT_HASH =
            "f762478772185e9415436a72326faed6:3c857afa5f34d877d0ef0770ddb398d8c38c99fcface7f39913ffb2063833fd8171dcb009de3c61c4753d579b8ff31db8c70d2909da99b752e3461049280eb5e";

    private static final String ARGON2_HASH = new PasswordHashes(19_456, 2, new SecureRandom()).hash(PASSWORD);

    private final String id;
    private final String email;

    private Accounts(String id, String email) {
        this.id = id;
        this.email = email;
    }

    /** A user with a hash of today's kind and a confirmed address. */
    public static Accounts create() {
        return withHash(ARGON2_HASH);
    }

    /** A user as the old service left them. */
    public static Accounts ofTheOldService() {
        return withHash(SCRYPT_HASH);
    }

    private static Accounts withHash(String hash) {
        var id = "user-" + UUID.randomUUID();
        var email = id + "@example.org";
        AdminDatabase.execute(
                "INSERT INTO auth.users (id, name, email, email_verified) VALUES (?, 'Test', ?, true)", id, email);
        AdminDatabase.execute(
                "INSERT INTO auth.accounts (id, account_id, provider_id, user_id, password)"
                        + " VALUES (?, ?, 'credential', ?, ?)",
                "account-" + id,
                id,
                id,
                hash);
        return new Accounts(id, email);
    }

    public String id() {
        return id;
    }

    public String email() {
        return email;
    }

    public Response login() {
        return login(PASSWORD);
    }

    public Response login(String password) {
        return login(email, password);
    }

    public static Response login(String email, String password) {
        return post(AUTH + "/login", Map.of("email", email, "password", password));
    }

    /** Signed in. */
    public SignedIn signedIn() {
        return SignedIn.of(login().then().statusCode(200).extract().response());
    }

    public static Response post(String path, Object body) {
        return json(body).post(path);
    }

    public static RequestSpecification json(Object body) {
        return given().contentType(ContentType.JSON).body(body);
    }

    /** What is stored of the user, such as {@code role}. */
    public @Nullable Object column(String name) {
        return AdminDatabase.rows("SELECT " + name + " FROM auth.users WHERE id = ?", id)
                .get(0)
                .get(name);
    }

    public void set(String assignment) {
        AdminDatabase.execute("UPDATE auth.users SET " + assignment + " WHERE id = ?", id);
    }

    public String storedHash() {
        return String.valueOf(AdminDatabase.rows("SELECT password FROM auth.accounts WHERE user_id = ?", id)
                .get(0)
                .get("password"));
    }

    /** How many wrong passwords count against the address. */
    public int failures() {
        return attempts("password");
    }

    /** How many passwords of the address are being checked. */
    public int inFlight() {
        return attempts("password-pending");
    }

    private int attempts(String method) {
        return AdminDatabase.rows("SELECT 1 FROM auth.login_attempts WHERE email = ? AND method = ?", email, method)
                .size();
    }

    /** Names of the user's events, oldest first. */
    public List<String> events() {
        return AdminDatabase.rows(
                        "SELECT event_type FROM auth.security_events WHERE user_id = ? ORDER BY created_at", id)
                .stream()
                .map(row -> (String) row.get("event_type"))
                .toList();
    }

    /** Somebody who is signed in, and what they hold. */
    public record SignedIn(String token, String accessToken, String cookie) {
        public static SignedIn of(Response login) {
            return new SignedIn(login.path("token"), login.path("accessToken"), login.getCookie(COOKIE));
        }

        public RequestSpecification byAccessToken() {
            return given().header("Authorization", "Bearer " + accessToken);
        }

        public RequestSpecification bySessionToken() {
            return given().header("Authorization", "Bearer " + token);
        }

        public RequestSpecification byCookie() {
            return given().header("Cookie", COOKIE + "=" + cookie).header("Origin", "http://localhost:5173");
        }

        public Response refresh() {
            return post(AUTH + "/refresh", Map.of("refreshToken", token));
        }

        /** @return whether the session is still there */
        public boolean isLive() {
            return refresh().statusCode() == 200;
        }
    }
}
