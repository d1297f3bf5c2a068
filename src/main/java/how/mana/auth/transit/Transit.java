package how.mana.auth.transit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.crypto.CanonicalBase64;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KeyMaterial;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.regex.Pattern;

/** The two things asked of a transit engine, in its public HTTP API. Blocks. */
final class Transit {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .build()
            .reader();

    /** What the engine makes, whatever the version of its key. */
    static final Pattern CIPHERTEXT = Pattern.compile("vault:v[0-9]{1,9}:[A-Za-z0-9+/]{16,2048}={0,2}");

    private final TransitSettings settings;
    private final Duration patience;

    Transit(TransitSettings settings) {
        this(settings, PATIENCE);
    }

    /** @param patience with one answer */
    Transit(TransitSettings settings, Duration patience) {
        this.settings = settings;
        this.patience = patience;
    }

    /**
     * The 32 bytes, which the caller wipes.
     *
     * @param source of the ciphertext, for messages
     */
    byte[] decrypt(String ciphertext, String source) {
        var request = JsonNodeFactory.instance.objectNode().put("ciphertext", ciphertext);
        // The text of the key is the JSON reader's, and out of reach from there on.
        return answer("decrypt", request, "plaintext")
                .flatMap(text -> CanonicalBase64.decode(text, KeyMaterial.LENGTH))
                .orElseThrow(
                        () -> new KekRefusedException(
                                "The transit engine at " + settings.url("decrypt") + " opens " + source
                                        + " to something that is not 32 bytes. Make the file with: mana-auth kek wrap-transit"));
    }

    /** What the engine makes of {@code key}. */
    String encrypt(byte[] key) {
        var request = JsonNodeFactory.instance
                .objectNode()
                .put("plaintext", Base64.getEncoder().encodeToString(key));
        return answer("encrypt", request, "ciphertext")
                .filter(text -> CIPHERTEXT.matcher(text).matches())
                .orElseThrow(() -> notTheApi("encrypt"));
    }

    private Optional<String> answer(String verb, JsonNode request, String member) {
        byte[] body = request.toString().getBytes(UTF_8);
        byte[] answer = {};
        try {
            answer = new TransitCall(settings, verb, patience).post(body);
            var value = JSON.readTree(answer).path("data").path(member);
            return value.isTextual() ? Optional.of(value.textValue()) : Optional.empty();
        } catch (IOException garbage) { // without the cause, which quotes it
            throw notTheApi(verb);
        } finally {
            Arrays.fill(body, (byte) 0);
            Arrays.fill(answer, (byte) 0);
        }
    }

    private KekRefusedException notTheApi(String verb) {
        return new KekRefusedException("What answers at " + settings.url(verb)
                + " is no transit engine. Check MANA_AUTH_KEK_TRANSIT_ADDR and MANA_AUTH_KEK_TRANSIT_MOUNT");
    }
}
