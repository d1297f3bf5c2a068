package how.mana.auth.audit;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * One row of the trail, as its owner sees it.
 *
 * @param status the HTTP status that the act was answered with
 * @param context more about the outcome
 * @param ts RFC 3339 with milliseconds in UTC
 */
@JsonInclude(JsonInclude.Include.ALWAYS)
public record AuditRow(
        String id,
        String action,
        int status,
        @Nullable String context,
        @Nullable String ipAddress,
        @Nullable String userAgent,
        String ts) {}
