package how.mana.auth.account;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;

import how.mana.auth.AdminDatabase;
import how.mana.auth.NotifyServer;
import io.restassured.response.Response;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The mails to one address: those that arrived, and those still on their way. */
public record Mailbox(String address) {
    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]+");

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    private static final Map<String, String> KINDS = Map.of(
            "E-Mail bestätigen — Mana", "verify-email",
            "Passwort zurücksetzen — Mana", "reset-password",
            "Neue E-Mail-Adresse bestätigen — Mana", "change-email",
            "E-Mail-Adresse geändert — Mana", "email-changed",
            "Passwort geändert — Mana", "password-changed",
            "Konto gelöscht — Mana", "account-deleted",
            "Zero-Knowledge-Modus eingeschaltet — Mana", "zero-knowledge-enabled",
            "Zero-Knowledge-Modus ausgeschaltet — Mana", "zero-knowledge-disabled",
            "Wiederherstellungscode ersetzt — Mana", "recovery-wrap-replaced",
            "Neuer Schlüssel für deinen Tresor — Mana", "vault-rekeyed");

    private record Mail(String kind, String html) {}

    /** In the order in which they were first seen: those that leave together may arrive in any. */
    private static final Map<String, List<Mail>> SEEN = new ConcurrentHashMap<>();

    /** What for, oldest first. */
    public List<String> kinds() {
        return all().stream().map(Mail::kind).toList();
    }

    /** Their texts, oldest first. */
    public List<String> texts() {
        return all().stream().map(Mail::html).toList();
    }

    /** The text of the newest. */
    public String newest() {
        var texts = texts();
        assertThat(texts).as("mails to %s", address).isNotEmpty();
        return texts.get(texts.size() - 1);
    }

    /** The first link of the newest, whole. */
    public String link() {
        var found = LINK.matcher(newest());
        assertThat(found.find()).isTrue();
        return found.group();
    }

    /** Opens the link, wherever the service runs, and follows nothing. */
    public Response open() {
        return open(link());
    }

    public static Response open(String link) {
        return given().urlEncodingEnabled(false).redirects().follow(false).get(link.substring(link.indexOf("/api/")));
    }

    private List<Mail> all() {
        var seen = SEEN.computeIfAbsent(address, none -> new ArrayList<>());
        var fresh = new ArrayList<>(look());
        seen.forEach(fresh::remove);
        seen.addAll(fresh);
        return List.copyOf(seen);
    }

    /**
     * Those that arrived, then those that wait. Looked at again while one is on its way, which is neither or both. If that lasts,
     * because the database was away when it arrived, it is one that arrived.
     */
    private List<Mail> look() {
        var end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            var before = waiting();
            var arrived = arrived();
            var settled = before.equals(waiting()) && before.stream().noneMatch(Mailbox::isOnItsWay);
            if (settled || System.nanoTime() > end) {
                var waiting = before.stream()
                        .filter(row -> !isOnItsWay(row) || !arrived.contains(mail(row)))
                        .map(Mailbox::mail);
                return Stream.concat(arrived.stream(), waiting).toList();
            }
        }
    }

    private static boolean isOnItsWay(Map<String, Object> row) {
        return !Integer.valueOf(0).equals(row.get("attempts"));
    }

    private List<Map<String, Object>> waiting() {
        return AdminDatabase.rows(
                "SELECT id, attempts, kind, payload ->> 'body' AS body FROM auth.outbox"
                        + " WHERE recipient = ? AND payload IS NOT NULL ORDER BY id",
                address);
    }

    private List<Mail> arrived() {
        return NotifyServer.soFar(address).stream()
                .filter(request ->
                        address.equals(request.json().path("recipient").textValue()))
                .map(request -> new Mail(KINDS.getOrDefault(request.subject(), request.subject()), request.html()))
                .toList();
    }

    private static Mail mail(Map<String, Object> row) {
        return new Mail(String.valueOf(row.get("kind")), String.valueOf(row.get("body")));
    }
}
