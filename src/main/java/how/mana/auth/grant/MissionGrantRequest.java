package how.mana.auth.grant;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.problem.JsonBody;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.StreamSupport;

/**
 * A request for a grant, of the right shape. Whether its values make a scope is looked at later: that a worker is configured
 * comes before (contract A9).
 */
record MissionGrantRequest(String missionId, List<String> tables, List<String> recordIds, Duration lifetime) {
    private static final Duration USUAL = Duration.ofDays(7);
    private static final Duration LEAST = Duration.ofHours(1);
    private static final Duration MOST = Duration.ofDays(30);

    /** Empty if the body is of another shape. */
    static Optional<MissionGrantRequest> parse(byte[] body) {
        var json = JsonBody.object(body);
        var missionId = JsonBody.text(json, "missionId");
        var tables = texts(json.path("tables"));
        var recordIds = texts(json.path("recordIds"));
        return missionId.isEmpty() || tables.isEmpty() || recordIds.isEmpty()
                ? Optional.empty()
                : Optional.of(new MissionGrantRequest(
                        missionId, tables.get(), recordIds.get(), lifetime(json.path("ttlMs"))));
    }

    private static Optional<List<String>> texts(JsonNode node) {
        if (!node.isArray()) {
            return Optional.empty();
        }
        var members = StreamSupport.stream(node.spliterator(), false).toList();
        return members.stream().allMatch(JsonNode::isTextual)
                ? Optional.of(members.stream().map(JsonNode::textValue).toList())
                : Optional.empty();
    }

    /** Anything but a number is as if it were not there; a number too small or too large is the nearest that is allowed. */
    private static Duration lifetime(JsonNode ttlMs) {
        if (!ttlMs.isNumber()) {
            return USUAL;
        }
        var millis = Math.min(Math.max(ttlMs.doubleValue(), LEAST.toMillis()), MOST.toMillis());
        return Duration.ofMillis((long) millis);
    }
}
