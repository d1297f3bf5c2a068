package how.mana.auth.grant;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.problem.HttpRefusal;
import how.mana.auth.problem.JsonBody;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about a grant that it holds: the grant's id, or its mission and time. Whatever it says has to be so. Null
 * where it says nothing.
 */
record GrantCheckRequest(
        @Nullable String grantId,
        @Nullable String userId,
        @Nullable String missionId,
        @Nullable Instant issuedAt) {
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Instant LATEST = Instant.parse("9999-12-31T23:59:59.999Z");

    /**
     * Empty if it names something that no grant of ours has, such as a time that is none.
     *
     * @throws HttpRefusal.BadRequest if it does not say which grant is meant
     */
    static Optional<GrantCheckRequest> parse(byte[] body) {
        var json = JsonBody.object(body);
        var grantId = text(json, "grantId");
        var userId = text(json, "userId");
        var missionId = text(json, "missionId");
        var issuedAt = text(json, "issuedAt");
        if (grantId == null && (missionId == null || issuedAt == null)) {
            throw new HttpRefusal.BadRequest();
        }
        if (!isPlain(grantId) || !isPlain(userId) || !isPlain(missionId)) {
            return Optional.empty();
        }
        return issuedAt == null
                ? Optional.of(new GrantCheckRequest(grantId, userId, missionId, null))
                : instant(issuedAt).map(time -> new GrantCheckRequest(grantId, userId, missionId, time));
    }

    private static @Nullable String text(JsonNode json, String member) {
        var node = json.path(member);
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isTextual()) {
            throw new HttpRefusal.BadRequest();
        }
        return node.textValue();
    }

    private static boolean isPlain(@Nullable String text) {
        return text == null || MissionScope.isText(text);
    }

    private static Optional<Instant> instant(String text) {
        try {
            var instant = Instant.parse(text);
            return instant.isBefore(EARLIEST) || instant.isAfter(LATEST) ? Optional.empty() : Optional.of(instant);
        } catch (DateTimeParseException noTime) {
            return Optional.empty();
        }
    }
}
