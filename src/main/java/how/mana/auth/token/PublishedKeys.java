package how.mana.auth.token;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** The keys that verify our own tokens, as a JWK set (RFC 7517 section 5). One answer, whichever route it is asked on. */
@Singleton
public class PublishedKeys {
    private static final int MAX_AGE_SECONDS = 60;

    private final SigningKeys keys;

    PublishedKeys(SigningKeys keys) {
        this.keys = keys;
    }

    /** A JWK set. */
    public record KeySet(List<Key> keys) {}

    /** An Ed25519 public key (RFC 8037 section 2). */
    @JsonPropertyOrder({"alg", "crv", "kty", "x", "kid"})
    public record Key(String alg, String crv, String kty, String x, String kid) {
        static Key of(VerificationKey key) {
            return new Key(CompactJws.ALGORITHM, "Ed25519", "OKP", key.x(), key.kid());
        }
    }

    Uni<RestResponse<KeySet>> answer() {
        return keys.published()
                .map(found -> new KeySet(found.stream().map(Key::of).toList()))
                .map(set -> ResponseBuilder.ok(set, MediaType.APPLICATION_JSON_TYPE)
                        .header(HttpHeaders.CACHE_CONTROL, "public, max-age=" + MAX_AGE_SECONDS)
                        .build());
    }
}
