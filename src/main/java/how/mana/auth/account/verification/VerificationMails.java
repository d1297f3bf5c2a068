package how.mana.auth.account.verification;

import how.mana.auth.account.LinkTokens;
import how.mana.auth.caller.UserId;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.token.TokenConfig;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;

/** The mail that asks a new user whether the address is theirs. */
@Singleton
public class VerificationMails {
    private final LinkTokens tokens;
    private final Outbox outbox;
    private final String page;

    VerificationMails(LinkTokens tokens, Outbox outbox, TokenConfig config) {
        this.tokens = tokens;
        this.outbox = outbox;
        this.page = config.issuer().replaceFirst("/+$", "") + "/api/auth/verify-email";
    }

    /** Whom it is for. */
    public record Recipient(UserId user, String email, String name) {}

    /** Sends it if {@code tx} is committed. */
    public Uni<Void> send(SqlConnection tx, Recipient recipient, Destination destination) {
        var claim = new Claim(recipient.user(), recipient.email(), destination);
        return tokens.create(tx, LinkTokens.Purpose.VERIFY_EMAIL, claim.text())
                .map(token -> page + "?token=" + token + "&callbackURL=" + destination.asParameter())
                .chain(link -> outbox.add(tx, Mail.verifyEmail(recipient.email(), recipient.name(), link)));
    }
}
