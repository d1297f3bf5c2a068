package how.mana.auth.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;

/** Issues our own tokens. Their form is today's clients': the order of the members too. */
@Singleton
public class TokenMinter {
    /** How long an access token counts. */
    public static final Duration ACCESS_LIFETIME = Duration.ofMinutes(15);

    private final SigningKeys keys;
    private final String issuer;
    private final Clock clock;

    @Inject
    TokenMinter(SigningKeys keys, TokenConfig config, Clock clock) {
        this(keys, config.issuer(), clock);
    }

    TokenMinter(SigningKeys keys, String issuer, Clock clock) {
        this.keys = keys;
        this.issuer = issuer;
        this.clock = clock;
    }

    /** An access token. Makes the first signing key if there is none yet. */
    public Uni<String> mint(NewToken claims) {
        return mint(claims, ACCESS_LIFETIME);
    }

    /** A token that counts for {@code lifetime} from now, in whole seconds. */
    public Uni<String> mint(NewToken claims, Duration lifetime) {
        return keys.newest()
                .map(key -> signed(key, claims, lifetime))
                // The key was withdrawn, and its seed wiped, between being chosen and being used.
                .onFailure(IllegalStateException.class)
                .retry()
                .atMost(1);
    }

    private String signed(SigningKey key, NewToken claims, Duration lifetime) {
        var header = json().put("alg", CompactJws.ALGORITHM)
                .put("kid", key.publicKey().kid());
        var input = encode(header) + "." + encode(payload(claims, lifetime));
        return input + "." + Base64Url.encode(key.sign(input.getBytes(StandardCharsets.US_ASCII)));
    }

    private ObjectNode payload(NewToken claims, Duration lifetime) {
        var now = clock.instant().getEpochSecond();
        return json().put("iat", now)
                .put("sub", claims.user().value())
                .put("email", claims.email())
                .put("role", claims.role())
                .put("sid", claims.session())
                .put("tier", claims.tier())
                .put("exp", now + lifetime.toSeconds())
                .put("iss", issuer)
                .put("aud", ClaimRules.AUDIENCE);
    }

    private static ObjectNode json() {
        return JsonNodeFactory.instance.objectNode();
    }

    private static String encode(ObjectNode json) {
        return Base64Url.encode(json.toString().getBytes(StandardCharsets.UTF_8));
    }
}
