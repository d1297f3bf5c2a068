package how.mana.auth.grant;

import org.jspecify.annotations.Nullable;

/**
 * One decryption that an AI worker did or tried, as its owner sees it.
 *
 * @param iterationId which run of the mission, if the worker said
 * @param status {@code ok}, {@code failed} or {@code scope-violation}
 * @param reason why not, unless it is {@code ok}
 * @param ts RFC 3339 with milliseconds in UTC
 */
public record AiAuditRow(
        String id,
        String missionId,
        @Nullable String iterationId,
        String tableName,
        String recordId,
        String status,
        @Nullable String reason,
        String ts) {}
