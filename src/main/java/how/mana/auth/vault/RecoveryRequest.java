package how.mana.auth.vault;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.crypto.CanonicalBase64;
import how.mana.auth.problem.JsonBody;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The bodies of the recovery routes, read strictly: what does not fit is {@link Malformed} and never half understood. */
sealed interface RecoveryRequest {
    /** Not JSON, not an object, or a member of a wrong type or shape. */
    record Malformed() implements RecoveryRequest {}

    /** @param generation the key generation that was wrapped; empty if the client does not say */
    record Store(RecoveryWrap wrap, OptionalLong generation) implements RecoveryRequest {
        static final String SHAPE = "Wanted: recoveryWrappedMk, canonical base64 of 48 bytes; recoveryIv, of 12 bytes;"
                + " and optionally keyGeneration, a whole number";

        static RecoveryRequest parse(byte[] body) {
            var json = JsonBody.object(body);
            var wrap = new RecoveryWrap(
                    JsonBody.text(json, "recoveryWrappedMk"), JsonBody.text(json, "recoveryIv"), RecoveryWrap.FORMAT);
            var generation = json.path("keyGeneration");
            return wrap.isWellFormed() && isGeneration(generation)
                    ? new Store(
                            wrap, isAbsent(generation) ? OptionalLong.empty() : OptionalLong.of(generation.longValue()))
                    : new Malformed();
        }

        boolean isFor(long present) {
            return generation.orElse(present) == present;
        }

        private static boolean isGeneration(JsonNode node) {
            return isAbsent(node) || (node.isIntegralNumber() && node.canConvertToLong() && node.longValue() >= 1);
        }
    }

    /** @param id which of the replaced wraps; null for the newest */
    record Restore(@Nullable String id) implements RecoveryRequest {
        static final String SHAPE = "Wanted: nothing, or the id of a replaced recovery wrap";

        static RecoveryRequest parse(byte[] body) {
            if (body.length == 0) {
                return new Restore(null);
            }
            var json = JsonBody.object(body);
            var id = json.path("id");
            return json.isObject() && (isAbsent(id) || id.isTextual()) ? new Restore(id.textValue()) : new Malformed();
        }
    }

    /** @param keyCheckValue proof of the master key: see {@link how.mana.auth.crypto.KeyCheckValue} */
    record Purge(byte[] keyCheckValue) implements RecoveryRequest {
        static final String SHAPE = "Wanted: keyCheckValue, canonical base64 of 32 bytes, computed from the master key";
        private static final int CHECK_VALUE_BYTES = 32;

        static RecoveryRequest parse(byte[] body) {
            return CanonicalBase64.decode(JsonBody.text(JsonBody.object(body), "keyCheckValue"), CHECK_VALUE_BYTES)
                    .<RecoveryRequest>map(Purge::new)
                    .orElseGet(Malformed::new);
        }
    }

    private static boolean isAbsent(JsonNode node) {
        return node.isMissingNode() || node.isNull();
    }
}
