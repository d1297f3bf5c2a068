package how.mana.auth.grant;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.caller.UserId;
import how.mana.auth.problem.HttpRefusal;
import how.mana.auth.problem.JsonBody;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a worker says about a grant that it holds: the grant's id, or its mission and time. Whatever it says has to be so. Null
 * where it says nothing.
 *
 * @param scope SHA-256 of the label that the worker would derive the key under; makes the list of records binding
 */
record GrantCheckRequest(
        @Nullable String grantId,
        @Nullable String userId,
        @Nullable String missionId,
        @Nullable Instant issuedAt,
        byte @Nullable [] scope) {
    private static final Instant EARLIEST = Instant.EPOCH;
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
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
        var scope = text(json, "scope");
        var time = issuedAt == null ? null : instant(issuedAt);
        var couldBe = isPlain(grantId)
                && isPlain(missionId)
                && (userId == null || UserId.isValid(userId))
                && (issuedAt == null) == (time == null)
                && (scope == null || SHA256.matcher(scope).matches());
        return couldBe
                ? Optional.of(new GrantCheckRequest(
                        grantId,
                        userId,
                        missionId,
                        time,
                        scope == null ? null : HexFormat.of().parseHex(scope)))
                : Optional.empty();
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

    private static @Nullable Instant instant(String text) {
        try {
            var instant = Instant.parse(text);
            return instant.isBefore(EARLIEST) || instant.isAfter(LATEST) ? null : instant;
        } catch (DateTimeParseException noTime) {
            return null;
        }
    }
}
