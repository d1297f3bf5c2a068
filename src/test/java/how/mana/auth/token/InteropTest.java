package how.mana.auth.token;

import static org.assertj.core.api.Assertions.assertThat;

import io.smallrye.jwt.algorithm.SignatureAlgorithm;
import io.smallrye.jwt.build.Jwt;
import io.smallrye.mutiny.Uni;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What another library signs we accept; that others accept ours, {@link BearerAuthenticationTest} tries. */
class InteropTest {
    private static final Forge FORGE = new Forge();

    @Test
    void aTokenMadeBySmallRyeIsAccepted() {
        var token = Jwt.claims()
                .subject("user-1")
                .issuer(Forge.ISSUER)
                .audience("mana")
                .claim("sid", "session-1")
                .issuedAt(Forge.NOW)
                .expiresAt(Forge.NOW.plus(Duration.ofMinutes(15)))
                .jws()
                .keyId(Forge.KID)
                .algorithm(SignatureAlgorithm.EDDSA)
                .sign(FORGE.key.getPrivate());

        var verified = verifier().verify(token).await().atMost(Duration.ofSeconds(5));

        assertThat(verified.user().value()).isEqualTo("user-1");
        assertThat(verified.session()).contains("session-1");
    }

    private static TokenVerifier verifier() {
        return new TokenVerifier(
                new TrustedIssuer(new ClaimRules(Forge.ISSUER, ClaimRules.Sessions.REQUIRED), kid -> Uni.createFrom()
                        .item(Optional.of(FORGE.publicKey(kid)))),
                10,
                Clock.fixed(Forge.NOW, ZoneOffset.UTC),
                () -> 0L);
    }
}
