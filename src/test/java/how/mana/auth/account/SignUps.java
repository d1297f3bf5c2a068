package how.mana.auth.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.Accounts;
import how.mana.auth.AdminDatabase;
import io.restassured.response.Response;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;

/** People who sign up, and what is stored of them. */
public final class SignUps {
    public static final String REGISTER = Accounts.AUTH + "/register";
    public static final String NATIVE = Accounts.NATIVE + "/sign-up/email";
    public static final String PASSWORD = Accounts.PASSWORD;

    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]*(/api/auth/verify-email\\?[^\\s\"'<>]*)");

    private SignUps() {}

    /** An address that nobody has. */
    public static String newEmail() {
        return "u" + UUID.randomUUID().toString().replace("-", "") + "@example.org";
    }

    public static Map<String, Object> body(String email) {
        return new LinkedHashMap<>(Map.of("email", email, "password", PASSWORD));
    }

    public static Map<String, Object> body(String email, String member, Object value) {
        var body = body(email);
        body.put(member, value);
        return body;
    }

    public static Response register(String email) {
        return Accounts.post(REGISTER, body(email));
    }

    /** Somebody new, who has not opened the link yet. @return the address */
    public static String registered() {
        var email = newEmail();
        register(email).then().statusCode(200);
        return email;
    }

    /** What is stored of who has this address. */
    public static List<Map<String, Object>> users(String email) {
        return AdminDatabase.rows("SELECT * FROM auth.users WHERE email = ?", email);
    }

    public static String idOf(String email) {
        return text(users(email).get(0), "id");
    }

    /** What is stored in a column that has something in it. */
    public static String text(Map<String, Object> row, String column) {
        return (String) Objects.requireNonNull(row.get(column), column);
    }

    /** Names of the events of who has this address. */
    public static List<String> events(String email) {
        return AdminDatabase.rows(
                        "SELECT e.event_type FROM auth.security_events e JOIN auth.users u ON u.id = e.user_id"
                                + " WHERE u.email = ? ORDER BY e.created_at",
                        email)
                .stream()
                .map(row -> (String) row.get("event_type"))
                .toList();
    }

    /** The mails to an address, oldest first, as HTML. */
    public static List<String> mails(String email) {
        return new Mailbox(email).texts();
    }

    /** Path and query of the link in the newest mail to an address, as a mail program reads it. */
    public static String link(String email) {
        var mails = mails(email);
        var found = LINK.matcher(mails.get(mails.size() - 1));
        assertThat(found.find()).isTrue();
        return found.group(1).replace("&amp;", "&");
    }

    /** A browser that opens a link and does not follow where it leads. */
    public static Response open(String pathAndQuery) {
        return given().urlEncodingEnabled(false).redirects().follow(false).get(pathAndQuery);
    }

    /** How many rows each table has. Of {@code rate_limits} nothing: it counts who asks, whatever for. */
    public static Map<String, Long> rowCounts() {
        var counts = new LinkedHashMap<String, Long>();
        AdminDatabase.rows("SELECT tablename FROM pg_tables WHERE schemaname = 'auth' AND tablename <> 'rate_limits'")
                .forEach(table -> counts.put((String) table.get("tablename"), (Long)
                        AdminDatabase.rows("SELECT count(*) AS n FROM auth." + table.get("tablename"))
                                .get(0)
                                .get("n")));
        return counts;
    }

    /** While a table of the service is away. */
    public static Response without(String table, Callable<Response> request) throws Exception {
        AdminDatabase.execute("ALTER TABLE auth." + table + " RENAME TO " + table + "_away");
        try {
            return request.call();
        } finally {
            AdminDatabase.execute("ALTER TABLE auth." + table + "_away RENAME TO " + table);
        }
    }

    /** All at once. @return what each was answered */
    public static List<Response> allAtOnce(List<Callable<Response>> requests)
            throws InterruptedException, ExecutionException {
        var pool = Executors.newFixedThreadPool(requests.size());
        try {
            var answers = new ArrayList<Response>();
            for (var answer : pool.invokeAll(requests)) {
                answers.add(answer.get());
            }
            return answers;
        } finally {
            pool.shutdownNow();
        }
    }
}
