package how.mana.auth.internal;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;
import how.mana.auth.db.NewUser;
import how.mana.auth.problem.HttpRefusal;
import how.mana.auth.problem.JsonBody;

/** Reads {@code {email, name?, emailVerified?}}. A member that is null is as if it were not there. */
final class UserRequest {
    private UserRequest() {}

    /** @throws HttpRefusal.BadRequest if the id cannot be one, or a member is missing or of a wrong shape */
    static NewUser parse(String id, byte[] body) {
        var json = JsonBody.object(body);
        var email = EmailAddress.of(JsonBody.text(json, "email")).orElseThrow(HttpRefusal.BadRequest::new);
        if (!UserId.isValid(id)) {
            throw new HttpRefusal.BadRequest();
        }
        return new NewUser(new UserId(id), email, name(json.path("name"), email), verified(json.path("emailVerified")));
    }

    private static String name(JsonNode name, EmailAddress email) {
        if (isAbsent(name)) {
            return email.localPart();
        }
        require(name.isTextual());
        return NewUser.name(name.textValue()).orElseThrow(HttpRefusal.BadRequest::new);
    }

    private static boolean verified(JsonNode verified) {
        require(verified.isBoolean() || isAbsent(verified));
        return verified.booleanValue();
    }

    private static boolean isAbsent(JsonNode member) {
        return member.isMissingNode() || member.isNull();
    }

    private static void require(boolean kept) {
        if (!kept) {
            throw new HttpRefusal.BadRequest();
        }
    }
}
