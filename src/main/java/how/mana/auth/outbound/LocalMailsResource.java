package how.mana.auth.outbound;

import how.mana.auth.outbound.LocalMails.LocalMail;
import io.quarkus.arc.profile.IfBuildProfile;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import java.util.stream.Collectors;

/** The mailbox of everybody in local mode. The production package does not contain this route. */
@Path("/local/mails")
@IfBuildProfile(anyOf = {"local", "dev"})
public class LocalMailsResource {
    private final LocalMails mails;

    LocalMailsResource(LocalMails mails) {
        this.mails = mails;
    }

    /** Newest first. */
    @GET
    @Produces("text/html;charset=UTF-8")
    public String list() {
        var found = mails.newestFirst();
        return found.stream()
                .map(LocalMailsResource::item)
                .collect(Collectors.joining(
                        "",
                        "<!DOCTYPE html><html lang=\"en\"><head><title>Mails</title></head><body>\n<h1>" + found.size()
                                + " mails that were not sent</h1>\n",
                        "</body></html>\n"));
    }

    /** The body as its source: what a mail holds cannot do anything here. */
    private static String item(LocalMail mail) {
        var link = MailBody.escaped(mail.link());
        return "<h2>%s</h2>\n<p>To %s, %s</p>\n<p><a href=\"%s\">%s</a></p>\n<details><pre>%s</pre></details>\n"
                .formatted(
                        MailBody.escaped(mail.subject()),
                        MailBody.escaped(mail.recipient()),
                        mail.at(),
                        link,
                        link,
                        MailBody.escaped(mail.body()));
    }
}
