package how.mana.auth.outbound;

import how.mana.auth.outbound.LocalMails.LocalMail;
import io.quarkus.arc.profile.IfBuildProfile;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.time.Clock;
import org.jboss.logging.Logger;

/** Keeps everything on this machine: mail is shown in the log and on a page, calls are only spoken of. */
@Singleton
@IfBuildProfile(anyOf = {"local", "dev"})
class LocalCourier implements Courier {
    private static final Logger LOG = Logger.getLogger(LocalCourier.class);

    private final LocalMails mails;
    private final Clock clock;

    LocalCourier(LocalMails mails, Clock clock) {
        this.mails = mails;
        this.clock = clock;
    }

    @Override
    public Uni<Outcome> deliver(Parcel parcel) {
        parcel.recipient()
                .ifPresentOrElse(
                        recipient -> show(new LocalMail(
                                clock.instant(),
                                recipient,
                                parcel.payload().getString("subject"),
                                parcel.payload().getString("body"))),
                        () -> LOG.infof(
                                "LOCAL MODE, not called: %s", parcel.kind().stored()));
        return Uni.createFrom().item(Outcome.delivered());
    }

    private void show(LocalMail mail) {
        mails.keep(mail);
        LOG.warnf("""
                LOCAL MODE, mail that was not sent (all of them: /local/mails)
                ####  To:      %s
                ####  Subject: %s
                ####  Link:    %s""", PlainText.clean(mail.recipient()), mail.subject(), mail.link());
    }
}
