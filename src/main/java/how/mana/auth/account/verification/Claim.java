package how.mana.auth.account.verification;

import how.mana.auth.caller.UserId;
import io.vertx.core.json.JsonObject;

/**
 * What a link confirms, as it is kept with its token.
 *
 * @param email the address that the link was mailed to, and no other
 * @param destination where it leads if the link does not say
 */
record Claim(UserId user, String email, Destination destination) {
    String text() {
        return new JsonObject()
                .put("user", user.value())
                .put("email", email)
                .put("callbackURL", destination.url())
                .encode();
    }

    static Claim parse(String text) {
        var json = new JsonObject(text);
        return new Claim(
                new UserId(json.getString("user")),
                json.getString("email"),
                new Destination(json.getString("callbackURL")));
    }
}
