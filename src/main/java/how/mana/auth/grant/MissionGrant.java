package how.mana.auth.grant;

import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.util.List;

/**
 * One grant as the ledger has it. Holds no key.
 *
 * @param id of this grant; a mission granted again has another
 * @param workerKey fingerprint of the key that the mission's key was sealed to
 * @param issuedAt in whole milliseconds
 */
record MissionGrant(
        String id,
        String missionId,
        List<String> tables,
        int recordCount,
        String workerKey,
        Instant issuedAt,
        Instant expiresAt) {
    /** {@code toISOString} of the clients' language: always three fractional digits. */
    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    /** A time as clients and the trail have it: RFC 3339 with milliseconds in UTC. */
    static String iso(Instant instant) {
        return ISO_MILLIS.format(instant);
    }
}
