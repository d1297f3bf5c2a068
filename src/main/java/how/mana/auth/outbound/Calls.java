package how.mana.auth.outbound;

import io.vertx.core.json.JsonObject;
import java.time.Duration;

/** What other services have to do for a new user (contract A11 and A14). */
public final class Calls {
    private static final Duration PATIENCE = Duration.ofDays(3);

    private Calls() {}

    /** Opens the user's account at mana-credits. */
    public static Errand creditsInit(String userId) {
        return call(ErrandKind.CREDITS_INIT, userId, new JsonObject());
    }

    /** Credits what was given to this address before it had an account. Only for a user who was really created. */
    public static Errand redeemGifts(String userId, String email) {
        return call(ErrandKind.REDEEM_GIFTS, userId, new JsonObject().put("email", PlainText.clean(email)));
    }

    /** Makes the user's mailbox at mana-mail. */
    public static Errand mailbox(String userId, String email, String name) {
        return call(
                ErrandKind.MAILBOX,
                userId,
                new JsonObject().put("email", PlainText.clean(email)).put("name", PlainText.clean(name)));
    }

    /** Lays down the first rows of a new user and of the user's personal space in the sync database. */
    public static Errand bootstrap(String userId, String spaceId) {
        return call(ErrandKind.BOOTSTRAP, userId, new JsonObject().put("spaceId", spaceId));
    }

    private static Errand call(ErrandKind kind, String userId, JsonObject payload) {
        return Errand.call(kind, userId, payload.put("userId", userId), PATIENCE);
    }
}
