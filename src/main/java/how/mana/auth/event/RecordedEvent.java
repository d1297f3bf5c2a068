package how.mana.auth.event;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An event as it is read back.
 *
 * @param createdAt RFC 3339 with milliseconds in UTC
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record RecordedEvent(
        String id,
        @Nullable String userId,
        String eventType,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        @Nullable Map<String, Object> metadata,
        String createdAt) {}
