package how.mana.auth.vault;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import how.mana.auth.audit.AuditAction;
import how.mana.auth.crypto.CanonicalBase64;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.problem.JsonBody;
import io.quarkus.runtime.annotations.RegisterForReflection;
import java.io.IOException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The body of the zero-knowledge route. */
sealed interface ZeroKnowledgeRequest {
    record Enable() implements ZeroKnowledgeRequest {}

    /** @param masterKey the service is to wrap again; whoever takes it closes it */
    record Disable(KeyMaterial masterKey) implements ZeroKnowledgeRequest {}

    /** @param attempted what it would have been, as far as can be told */
    record Malformed(AuditAction attempted, String sentence) implements ZeroKnowledgeRequest {}

    /** Reads {@code body} and wipes it: it may hold a master key. */
    static ZeroKnowledgeRequest parse(byte[] body) {
        Wire wire = null;
        try {
            wire = Wire.READER.readValue(body);
            return wire == null ? notSaid() : wire.understood();
        } catch (IOException notJson) {
            return notSaid();
        } finally {
            Arrays.fill(body, (byte) 0);
            if (wire != null) {
                wire.wipe();
            }
        }
    }

    private static Malformed notSaid() {
        return new Malformed(AuditAction.ZERO_KNOWLEDGE_CHANGE, "Wanted: enable, true or false");
    }

    /** The members as they arrive. The key is read into characters that can be wiped, never into a string. */
    @RegisterForReflection // Jackson finds the members by reflection, in a native image too
    final class Wire {
        private static final ObjectReader READER = JsonBody.STRICT.readerFor(Wire.class);

        public @Nullable JsonNode enable;

        @JsonDeserialize(using = Characters.class)
        public char @Nullable [] masterKey;

        private ZeroKnowledgeRequest understood() {
            if (enable == null || !enable.isBoolean()) {
                return notSaid();
            }
            return enable.booleanValue() ? new Enable() : disable();
        }

        private ZeroKnowledgeRequest disable() {
            return CanonicalBase64.decode(masterKey == null ? new char[0] : masterKey, KeyMaterial.LENGTH)
                    .<ZeroKnowledgeRequest>map(bytes -> new Disable(KeyMaterial.takeOwnershipOf(bytes)))
                    .orElseGet(() -> new Malformed(
                            AuditAction.ZERO_KNOWLEDGE_DISABLE, "Wanted: masterKey, canonical base64 of 32 bytes"));
        }

        private void wipe() {
            if (masterKey != null) {
                Arrays.fill(masterKey, '\0');
            }
        }
    }

    /** A JSON string as characters; anything else as none. */
    final class Characters extends JsonDeserializer<char[]> {
        @Override
        public char[] deserialize(JsonParser json, DeserializationContext context) throws IOException {
            if (!json.hasToken(JsonToken.VALUE_STRING)) {
                json.skipChildren();
                return new char[0];
            }
            var from = json.getTextOffset();
            return Arrays.copyOfRange(json.getTextCharacters(), from, from + json.getTextLength());
        }
    }
}
