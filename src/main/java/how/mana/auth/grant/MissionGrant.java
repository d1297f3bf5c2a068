package how.mana.auth.grant;

import java.time.Instant;
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
        Instant expiresAt) {}
