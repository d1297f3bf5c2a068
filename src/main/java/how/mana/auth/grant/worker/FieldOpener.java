package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.grant.worker.FieldResult.Opened;
import how.mana.auth.grant.worker.FieldResult.Reason;
import how.mana.auth.grant.worker.FieldResult.Refused;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.BiFunction;
import javax.crypto.AEADBadTagException;

/** Opens field values for one run of a mission, each on record before it is in the worker's hands. */
public final class FieldOpener {
    private final String userId;
    private final String missionId;
    private final Optional<String> iterationId;
    private final DecryptAudit audit;
    private final BiFunction<RecordRef, JsonNode, FieldResult> opening;

    private FieldOpener(
            String userId,
            String missionId,
            Optional<String> iterationId,
            DecryptAudit audit,
            BiFunction<RecordRef, JsonNode, FieldResult> opening) {
        this.userId = userId;
        this.missionId = missionId;
        this.iterationId = iterationId;
        this.audit = audit;
        this.opening = opening;
    }

    /** For a mission that is open. It stays the caller's to close. */
    public static FieldOpener of(OpenMission mission, Optional<String> iterationId, DecryptAudit audit) {
        return new FieldOpener(
                mission.userId(),
                mission.missionId(),
                iterationId,
                audit,
                (record, value) -> open(mission, record, value));
    }

    /** For a mission whose grant was refused: opens nothing, and each attempt leaves its row with the reason of the refusal. */
    public static FieldOpener refusing(
            UnwrapResult.Reason reason,
            String userId,
            String missionId,
            Optional<String> iterationId,
            DecryptAudit audit) {
        var refused = new Refused(Reason.of(reason));
        return new FieldOpener(userId, missionId, iterationId, audit, (record, value) -> refused);
    }

    /**
     * Opens one value of a record. Every call leaves exactly one row, also for a value that turns out not to be sealed:
     * null and everything that is no text beginning with {@code enc:1:} is returned as it is.
     *
     * @throws DecryptAudit.NotRecordedException if the row could not be stored: audit or nothing
     */
    public FieldResult open(RecordRef record, JsonNode value) {
        var result = opening.apply(record, value);
        var refusal = result instanceof Refused refused ? Optional.of(refused.reason()) : Optional.<Reason>empty();
        audit.record(new DecryptAudit.Attempt(userId, missionId, iterationId, record, refusal));
        return result;
    }

    private static FieldResult open(OpenMission mission, RecordRef record, JsonNode value) {
        return mission.allows(record) ? open(mission, value) : new Refused(Reason.RECORD_NOT_IN_GRANT_ALLOWLIST);
    }

    private static FieldResult open(OpenMission mission, JsonNode value) {
        if (!value.isTextual() || !SealedValue.isClaimedBy(value.textValue())) {
            return new Opened(value);
        }
        return SealedValue.parse(value.textValue())
                .map(ciphertext -> decrypt(mission, ciphertext))
                .orElseGet(() -> new Refused(Reason.CIPHERTEXT_MALFORMED));
    }

    private static FieldResult decrypt(OpenMission mission, SealedValue sealed) {
        try {
            byte[] plaintext = mission.key().decrypt(sealed);
            return parse(plaintext).<FieldResult>map(Opened::new).orElseGet(() -> new Refused(Reason.DECRYPT_FAILED));
        } catch (AEADBadTagException e) {
            return new Refused(Reason.CIPHERTEXT_TAMPERED_OR_WRONG_KEY);
        } catch (GeneralSecurityException | RuntimeException e) { // whatever it was, the attempt goes on record
            return new Refused(Reason.DECRYPT_FAILED);
        }
    }

    private static Optional<JsonNode> parse(byte[] plaintext) {
        try {
            // Decoded here: given bytes, the parser would also take UTF-16 and UTF-32.
            var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(plaintext));
            return StrictJson.parse(text.toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        } finally {
            Arrays.fill(plaintext, (byte) 0);
        }
    }
}
