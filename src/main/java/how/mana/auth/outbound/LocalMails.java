package how.mana.auth.outbound;

import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.inject.Singleton;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;

/** The last mails of local mode, which nobody was sent. */
@Singleton
@IfBuildProfile(anyOf = {"local", "dev"})
class LocalMails {
    static final int KEPT = 50;

    private static final Pattern LINK = Pattern.compile("https?://[^\\s\"'<>]+");

    private final Deque<LocalMail> mails = new ArrayDeque<>();

    synchronized void keep(LocalMail mail) {
        mails.addFirst(mail);
        if (mails.size() > KEPT) {
            mails.removeLast();
        }
    }

    synchronized List<LocalMail> newestFirst() {
        return List.copyOf(mails);
    }

    record LocalMail(Instant at, String recipient, String subject, String body) {
        /** Where the mail leads, as somebody would copy it; empty if nowhere. */
        String link() {
            var found = LINK.matcher(body);
            return found.find() ? found.group().replace("&amp;", "&") : "";
        }
    }
}
