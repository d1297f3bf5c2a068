package how.mana.auth.token;

import static how.mana.auth.token.Forge.NOW;
import static how.mana.auth.token.Forge.claims;
import static how.mana.auth.token.Forge.header;
import static how.mana.auth.token.Forge.part;
import static how.mana.auth.token.Forge.with;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TokenVerifierTest {
    private static final Forge FORGE = new Forge();
    private static final Forge STRANGER = new Forge();

    private final AtomicInteger lookups = new AtomicInteger();
    private final AtomicLong nanos = new AtomicLong();
    private final MovingClock clock = new MovingClock();
    private Map<String, VerificationKey> keys = Map.of(Forge.KID, FORGE.publicKey(Forge.KID));

    private final TokenVerifier verifier = verifier(ClaimRules.Sessions.REQUIRED, 100);

    @Test
    void aGenuineTokenSaysWhoIsCalling() {
        var token = verify(FORGE.token());

        assertThat(token.user().value()).isEqualTo("user-1");
        assertThat(token.session()).contains("session-1");
        assertThat(token.email()).isEqualTo("alice@example.com");
        assertThat(token.role()).isEqualTo("user");
        assertThat(token.tier()).isEqualTo("public");
        assertThat(token.expiresAt()).isEqualTo(NOW.plusSeconds(900));
    }

    @Test
    void absentClaimsHaveDefaults() {
        var claims = claims();
        claims.remove("email");
        claims.remove("role");
        claims.putNull("tier");

        var token = verify(FORGE.sign(header(), claims));

        assertThat(token.email()).isEmpty();
        assertThat(token.role()).isEqualTo("user");
        assertThat(token.tier()).isEqualTo("public");
    }

    @Test
    void theAudienceMayBeAList() {
        var claims = claims();
        claims.putArray("aud").add("other").add("mana");

        assertThat(verify(FORGE.sign(header(), claims)).user().value()).isEqualTo("user-1");
    }

    @Test
    void aTokenCountsUntilTheInstantItExpires() {
        var claims = claims().put("exp", NOW.getEpochSecond() + 1);

        assertThat(verify(FORGE.sign(header(), claims)).expiresAt()).isEqualTo(NOW.plusSeconds(1));
    }

    @Test
    void anExternalTokenNamesNoSessionOfOurs() {
        var external = verifier(ClaimRules.Sessions.UNKNOWN, 100);

        assertThat(external.verify(FORGE.token()).await().indefinitely().session())
                .isEmpty();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void everyOtherTokenIsRefusedAlike(String what, String token) {
        assertThatExceptionOfType(TokenRefusal.Invalid.class)
                .isThrownBy(() -> verify(token))
                .withMessage("Invalid or expired token")
                .withNoCause();
    }

    static Stream<Arguments> everyOtherTokenIsRefusedAlike() {
        return Stream.of(otherAlgorithms(), otherKeys(), otherClaims(), otherSubjects(), tampered(), otherForms())
                .flatMap(tokens -> tokens);
    }

    private static Stream<Arguments> otherAlgorithms() {
        var rsa = Forge.newKeys("RSA");
        var ec = Forge.newKeys("EC");
        var signature = FORGE.token().substring(FORGE.token().lastIndexOf('.') + 1);
        return Stream.of(
                refused("alg none, unsigned", unsigned("none") + "."),
                refused("alg none, signed", FORGE.sign(header().put("alg", "none"), claims())),
                refused("alg None", FORGE.sign(header().put("alg", "None"), claims())),
                refused("alg eddsa", FORGE.sign(header().put("alg", "eddsa"), claims())),
                refused("alg Ed25519", FORGE.sign(header().put("alg", "Ed25519"), claims())),
                refused("no alg", FORGE.sign(without(header(), "alg"), claims())),
                refused("alg a list", FORGE.sign("{\"alg\":[\"EdDSA\"],\"kid\":\"k1\"}", claims().toString())),
                refused("alg null", FORGE.sign("{\"alg\":null,\"kid\":\"k1\"}", claims().toString())),
                refused(
                        "HS256 with the public key as the secret",
                        hs256(Base64Url.decode(FORGE.x()).orElseThrow())),
                refused("HS256 with the public key's text as the secret", hs256(ascii(FORGE.x()))),
                refused(
                        "HS256 with the SPKI as the secret",
                        hs256(FORGE.key.getPublic().getEncoded())),
                refused("RS256", signed("RS256", Forge.signature("SHA256withRSA", rsa, unsigned("RS256")))),
                refused("ES256", signed("ES256", Forge.signature("SHA256withECDSA", ec, unsigned("ES256")))),
                refused("RS256 in name, Ed25519 in truth", FORGE.sign(header().put("alg", "RS256"), claims())),
                refused(
                        "EdDSA in name, RSA in truth",
                        signed("EdDSA", Forge.signature("SHA256withRSA", rsa, unsigned("EdDSA")))),
                refused(
                        "another token's signature",
                        signed("EdDSA", Base64Url.decode(signature).orElseThrow())),
                refused("all-zero signature", with(FORGE.token(), 2, Base64Url.encode(new byte[64]))));
    }

    private static Stream<Arguments> otherKeys() {
        return Stream.of(
                refused("a stranger's key", STRANGER.token()),
                refused("a kid nobody has", FORGE.sign(header().put("kid", "k2"), claims())),
                refused("no kid", FORGE.sign(without(header(), "kid"), claims())),
                refused("empty kid", FORGE.sign(header().put("kid", ""), claims())),
                refused("kid a number", FORGE.sign(header().put("kid", 1), claims())),
                refused("kid null", FORGE.sign(header().putNull("kid"), claims())),
                refused(
                        "its own key in jwk",
                        STRANGER.sign(
                                header().set(
                                                "jwk",
                                                JsonNodeFactory.instance
                                                        .objectNode()
                                                        .put("kty", "OKP")
                                                        .put("crv", "Ed25519")
                                                        .put("x", STRANGER.x())),
                                claims())),
                refused("crit", FORGE.sign(critical("b64"), claims())),
                refused(
                        "empty crit",
                        FORGE.sign(header().set("crit", JsonNodeFactory.instance.arrayNode()), claims())));
    }

    private static Stream<Arguments> otherClaims() {
        var now = NOW.getEpochSecond();
        return Stream.of(
                refused("iss of another", FORGE.sign(header(), claims().put("iss", "https://evil.example"))),
                refused("iss with a slash", FORGE.sign(header(), claims().put("iss", Forge.ISSUER + "/"))),
                refused("no iss", FORGE.sign(header(), without(claims(), "iss"))),
                refused("aud of another", FORGE.sign(header(), claims().put("aud", "other"))),
                refused("aud in capitals", FORGE.sign(header(), claims().put("aud", "MANA"))),
                refused("no aud", FORGE.sign(header(), without(claims(), "aud"))),
                refused("aud list without us", FORGE.sign(header(), audiences("other", "mana2"))),
                refused("aud empty list", FORGE.sign(header(), audiences())),
                refused("no exp", FORGE.sign(header(), without(claims(), "exp"))),
                refused("exp a second ago", FORGE.sign(header(), claims().put("exp", now - 1))),
                refused("exp now", FORGE.sign(header(), claims().put("exp", now))),
                refused("exp text", FORGE.sign(header(), claims().put("exp", String.valueOf(now + 900)))),
                refused("exp beyond all time", FORGE.sign(header().toString(), text("exp", "1e400"))),
                refused("exp past the calendar", FORGE.sign(header(), claims().put("exp", Long.MAX_VALUE))),
                refused("nbf in a second", FORGE.sign(header(), claims().put("nbf", now + 1))),
                refused("nbf text", FORGE.sign(header(), claims().put("nbf", "0"))),
                refused("iat text", FORGE.sign(header(), claims().put("iat", "now"))),
                refused("no sid", FORGE.sign(header(), without(claims(), "sid"))),
                refused("sid a number", FORGE.sign(header(), claims().put("sid", 1))),
                refused("role a number", FORGE.sign(header(), claims().put("role", 1))),
                refused(
                        "duplicate sub",
                        FORGE.sign(
                                header().toString(),
                                claims().toString()
                                        .replace("\"sub\":\"user-1\"", "\"sub\":\"user-1\",\"sub\":\"user-2\""))),
                refused(
                        "duplicate alg",
                        FORGE.sign("{\"alg\":\"EdDSA\",\"alg\":\"EdDSA\",\"kid\":\"k1\"}", claims().toString())));
    }

    private static Stream<Arguments> otherSubjects() {
        return Stream.of(
                refused("no sub", FORGE.sign(header(), without(claims(), "sub"))),
                refused("empty sub", FORGE.sign(header(), claims().put("sub", ""))),
                refused("sub a number", FORGE.sign(header(), claims().put("sub", 7))),
                refused("sub of 256 characters", FORGE.sign(header(), claims().put("sub", "a".repeat(256)))),
                refused("sub with NUL", FORGE.sign(header(), claims().put("sub", "a\0b"))),
                refused("sub with half a surrogate pair", FORGE.sign(header().toString(), text("sub", "\"\\ud800\""))));
    }

    private static Stream<Arguments> tampered() {
        var token = FORGE.token();
        var parts = token.split("\\.");
        var signature = Base64Url.decode(parts[2]).orElseThrow();
        signature[10] ^= 1;
        return Stream.of(
                refused(
                        "another payload",
                        with(token, 1, part(claims().put("sub", "user-2").toString()))),
                refused(
                        "another header",
                        with(token, 0, part(header().put("typ", "JWT").toString()))),
                refused("a bit of the signature", with(token, 2, Base64Url.encode(signature))),
                refused("signature cut", with(token, 2, Base64Url.encode(java.util.Arrays.copyOf(signature, 63)))),
                refused("signature longer", token + "AA"),
                refused(
                        "signature with stray bits",
                        token.substring(0, token.length() - 1) + sibling(token.charAt(token.length() - 1))));
    }

    private static Stream<Arguments> otherForms() {
        var token = FORGE.token();
        var parts = token.split("\\.");
        return Stream.of(
                refused("nothing", ""),
                refused("dots", ".."),
                refused("two parts", parts[0] + "." + parts[1]),
                refused("no signature", parts[0] + "." + parts[1] + "."),
                refused("four parts", token + "." + parts[2]),
                refused("a trailing dot", token + "."),
                refused("a leading dot", "." + token),
                refused("five parts, as of a JWE", token + ".a.b"),
                refused("space before", " " + token),
                refused("space after", token + " "),
                refused("newline within", token.substring(0, 40) + "\n" + token.substring(40)),
                refused("padding", token + "=="),
                refused("standard base64", with(token, 2, parts[2].substring(1) + "+")),
                refused("not ASCII", token + "\u0141"),
                refused("JSON after the claims", FORGE.sign(header().toString(), claims() + "{}")),
                refused("claims a list", FORGE.sign(header().toString(), "[]")),
                refused("claims text", FORGE.sign(header().toString(), "\"mana\"")),
                refused("claims with a byte order mark", FORGE.sign(header().toString(), "\ufeff" + claims())),
                refused("JSON serialisation", "{\"payload\":\"" + parts[1] + "\"}"),
                refused("over 8 KiB", FORGE.sign(header(), claims().put("pad", "a".repeat(8 * 1024)))));
    }

    @Test
    void aTokenOf8KiBIsStillRead() {
        var pad = "a".repeat(5_500);

        assertThat(verify(FORGE.sign(header(), claims().put("pad", pad))).user().value())
                .isEqualTo("user-1");
    }

    @Test
    void anOutageOfTheKeysIsNotTheTokensFault() {
        var outage = new TokenVerifier(
                new TrustedIssuer(new ClaimRules(Forge.ISSUER, ClaimRules.Sessions.REQUIRED), kid -> Uni.createFrom()
                        .failure(new TokenRefusal.KeysUnavailable(new IOException("away")))),
                100,
                clock,
                nanos::get);

        assertThatExceptionOfType(TokenRefusal.KeysUnavailable.class)
                .isThrownBy(() -> outage.verify(FORGE.token()).await().indefinitely());
    }

    @Test
    void theSecondTimeATokenCostsNoLookup() {
        verify(FORGE.token());
        verify(FORGE.token());

        assertThat(lookups).hasValue(1);
    }

    @Test
    void aRememberedTokenStillExpiresWithinTheMinute() {
        var token = FORGE.sign(header(), claims().put("exp", NOW.getEpochSecond() + 30));
        verify(token);

        clock.now = NOW.plusSeconds(29);
        verify(token);
        clock.now = NOW.plusSeconds(30);

        assertThatExceptionOfType(TokenRefusal.Invalid.class).isThrownBy(() -> verify(token));
    }

    @Test
    void aWithdrawnKeysTokensLiveAMinuteAtMostHoweverOftenTheyAreUsed() {
        verify(FORGE.token());
        keys = Map.of();
        for (var second = 1; second < 60; second++) {
            nanos.set(Duration.ofSeconds(second).toNanos());
            verify(FORGE.token());
        }

        nanos.set(TokenVerifier.REMEMBERED.toNanos());

        assertThatExceptionOfType(TokenRefusal.Invalid.class).isThrownBy(() -> verify(FORGE.token()));
    }

    @Test
    void aRefusalIsNotRemembered() {
        keys = Map.of();
        assertThatExceptionOfType(TokenRefusal.Invalid.class).isThrownBy(() -> verify(FORGE.token()));

        keys = Map.of(Forge.KID, FORGE.publicKey(Forge.KID));

        assertThat(verify(FORGE.token()).user().value()).isEqualTo("user-1");
    }

    @Test
    void aTokenThatDiffersInItsSignatureAloneIsNotTheOneRemembered() {
        verify(FORGE.token());

        assertThatExceptionOfType(TokenRefusal.Invalid.class)
                .isThrownBy(() -> verify(with(FORGE.token(), 2, Base64Url.encode(new byte[64]))));
    }

    @Test
    void noMoreTokensAreRememberedThanAllowed() {
        var small = verifier(ClaimRules.Sessions.REQUIRED, 10);
        for (var n = 0; n < 200; n++) {
            small.verify(FORGE.sign(header(), claims().put("n", n))).await().indefinitely();
        }

        assertThat(small.remembered()).isBetween(1L, 10L);
    }

    @Test
    void nothingOfTheTokenIsInItsText() {
        var token = FORGE.token();

        assertThat(verify(token).toString()).doesNotContain(token.split("\\."));
    }

    private TokenVerifier verifier(ClaimRules.Sessions sessions, int cacheSize) {
        VerificationKeys counted = kid -> {
            lookups.incrementAndGet();
            return Uni.createFrom().item(Optional.ofNullable(keys.get(kid)));
        };
        return new TokenVerifier(
                new TrustedIssuer(new ClaimRules(Forge.ISSUER, sessions), counted), cacheSize, clock, nanos::get);
    }

    private VerifiedToken verify(String token) {
        return verifier.verify(token).await().atMost(Duration.ofSeconds(5));
    }

    private static Arguments refused(String what, String token) {
        return Arguments.of(what, token);
    }

    private static String unsigned(String algorithm) {
        return part(header().put("alg", algorithm).toString()) + "."
                + part(claims().put("n", 1).toString());
    }

    private static String signed(String algorithm, byte[] signature) {
        return unsigned(algorithm) + "." + Base64Url.encode(signature);
    }

    private static String hs256(byte[] secret) {
        try {
            var mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret, "HmacSHA256"));
            return signed("HS256", mac.doFinal(ascii(unsigned("HS256"))));
        } catch (java.security.GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    private static ObjectNode without(ObjectNode json, String member) {
        json.remove(member);
        return json;
    }

    private static ObjectNode critical(String name) {
        var header = header();
        header.putArray("crit").add(name);
        return header;
    }

    private static ObjectNode audiences(String... names) {
        var claims = claims();
        var list = claims.putArray("aud");
        Stream.of(names).forEach(list::add);
        return claims;
    }

    /** The claims with one of them written as this JSON text. */
    private static String text(String claim, String json) {
        return without(claims(), claim)
                .toString()
                .replaceFirst("\\{", "{\"" + claim + "\":" + json.replace("\\", "\\\\") + ",");
    }

    /** The base64url digit that differs from this one in its last bit, which the last digit of 64 bytes does not use. */
    private static char sibling(char digit) {
        var alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
        return alphabet.charAt(alphabet.indexOf(digit) ^ 1);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final class MovingClock extends Clock {
        private volatile Instant now = NOW;

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneOffset getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(java.time.ZoneId zone) {
            return this;
        }
    }
}
