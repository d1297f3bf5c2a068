package how.mana.auth.outbound;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** The mails of this service. Names, addresses and links may hold anything: all of it is escaped. */
public final class Mail {
    /** How long the links in these mails are good. */
    private static final Duration LINK_LIFETIME = Duration.ofHours(1);

    /** A notice is still news after that long. */
    private static final Duration NOTICE_LIFETIME = Duration.ofDays(3);

    private static final String NOT_YOU =
            "Wenn du das nicht warst, setze bitte sofort dein Passwort zurück und beende alle Sitzungen.";

    private Mail() {}

    /** @param link good for an hour */
    public static Errand verifyEmail(String address, String name, String link) {
        return mail(
                ErrandKind.VERIFY_EMAIL,
                address,
                "E-Mail bestätigen — Mana",
                LINK_LIFETIME,
                MailBody.to(name)
                        .text("willkommen bei Mana! Bitte bestätige deine E-Mail-Adresse:")
                        .link("E-Mail bestätigen", link)
                        .text("Oder kopiere diesen Link in deinen Browser:")
                        .address(link)
                        .text("Wenn du dich nicht bei Mana registriert hast, kannst du diese E-Mail ignorieren."));
    }

    /** @param link good for an hour */
    public static Errand resetPassword(String address, String name, String link) {
        return mail(
                ErrandKind.RESET_PASSWORD,
                address,
                "Passwort zurücksetzen — Mana",
                LINK_LIFETIME,
                MailBody.to(name)
                        .text("du möchtest dein Passwort zurücksetzen. Hier kannst du ein neues wählen:")
                        .link("Passwort zurücksetzen", link)
                        .text("Der Link gilt 1 Stunde. Wenn du das nicht angefordert hast, kannst du diese E-Mail"
                                + " ignorieren: dein Passwort bleibt, wie es ist."));
    }

    /**
     * To the address that is to become the user's.
     *
     * @param link good for an hour
     */
    public static Errand changeEmail(String newAddress, String name, String link) {
        return mail(
                ErrandKind.CHANGE_EMAIL,
                newAddress,
                "Neue E-Mail-Adresse bestätigen — Mana",
                LINK_LIFETIME,
                MailBody.to(name)
                        .text(
                                "diese Adresse soll die neue E-Mail-Adresse deines Mana-Kontos werden. Bitte bestätige sie:")
                        .link("Neue E-Mail-Adresse bestätigen", link)
                        .text("Der Link gilt 1 Stunde. Wenn du das nicht angefordert hast, kannst du diese E-Mail"
                                + " ignorieren."));
    }

    /** To the address that was the user's. Shows no more of the new one than its owner needs to recognise it. */
    public static Errand emailChanged(String oldAddress, String name, String newAddress) {
        return notice(
                ErrandKind.EMAIL_CHANGED,
                oldAddress,
                "E-Mail-Adresse geändert — Mana",
                MailBody.to(name)
                        .text("die E-Mail-Adresse deines Mana-Kontos ist jetzt " + masked(newAddress) + ".")
                        .text("Wenn du das nicht warst, wende dich bitte sofort an uns."));
    }

    public static Errand passwordChanged(String address, String name) {
        return notice(
                ErrandKind.PASSWORD_CHANGED,
                address,
                "Passwort geändert — Mana",
                MailBody.to(name).text("dein Passwort wurde geändert.").text(NOT_YOU));
    }

    public static Errand accountDeleted(String address) {
        return notice(
                ErrandKind.ACCOUNT_DELETED,
                address,
                "Konto gelöscht — Mana",
                MailBody.to("").text("dein Mana-Konto und deine Daten wurden gelöscht."));
    }

    public static Errand zeroKnowledgeEnabled(String address, String name) {
        return notice(
                ErrandKind.ZERO_KNOWLEDGE_ENABLED,
                address,
                "Zero-Knowledge-Modus eingeschaltet — Mana",
                MailBody.to(name)
                        .text(
                                "der Zero-Knowledge-Modus deines Tresors ist jetzt eingeschaltet. Ab jetzt öffnet ihn nur noch"
                                        + " dein Wiederherstellungscode; wir können es nicht mehr.")
                        .text(NOT_YOU));
    }

    public static Errand zeroKnowledgeDisabled(String address, String name) {
        return notice(
                ErrandKind.ZERO_KNOWLEDGE_DISABLED,
                address,
                "Zero-Knowledge-Modus ausgeschaltet — Mana",
                MailBody.to(name)
                        .text(
                                "der Zero-Knowledge-Modus deines Tresors ist jetzt ausgeschaltet. Den Schlüssel dazu bewahren"
                                        + " wieder wir für dich auf.")
                        .text(NOT_YOU));
    }

    public static Errand recoveryWrapReplaced(String address, String name) {
        return notice(
                ErrandKind.RECOVERY_WRAP_REPLACED,
                address,
                "Wiederherstellungscode ersetzt — Mana",
                MailBody.to(name)
                        .text(
                                "der Wiederherstellungscode deines Tresors wurde ersetzt. Der alte lässt sich 30 Tage lang"
                                        + " wieder einsetzen.")
                        .text(NOT_YOU));
    }

    public static Errand vaultRekeyed(String address, String name) {
        return notice(
                ErrandKind.VAULT_REKEYED,
                address,
                "Neuer Schlüssel für deinen Tresor — Mana",
                MailBody.to(name)
                        .text("dein Tresor hat einen neuen Schlüssel bekommen.")
                        .text(NOT_YOU));
    }

    private static Errand notice(ErrandKind kind, String address, String subject, MailBody body) {
        return mail(kind, address, subject, NOTICE_LIFETIME, body);
    }

    private static Errand mail(ErrandKind kind, String address, String subject, Duration lifetime, MailBody body) {
        return Errand.mail(
                kind, address, new JsonObject().put("subject", subject).put("body", body.toString()), lifetime);
    }

    private static String masked(String address) {
        var at = address.lastIndexOf('@');
        return at < 1 ? "eine andere" : PlainText.cut(address, 1) + "…" + address.substring(at);
    }
}
