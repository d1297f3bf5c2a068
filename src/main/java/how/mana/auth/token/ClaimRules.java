package how.mana.auth.token;

import com.fasterxml.jackson.databind.JsonNode;
import how.mana.auth.caller.UserId;
import java.time.Instant;
import java.util.Optional;

/**
 * What a token must claim once its signature holds (RFC 7519 section 4.1, RFC 8725 sections 3.8 to 3.10). Clocks get no
 * tolerance.
 *
 * @param issuer the only accepted {@code iss}
 */
record ClaimRules(String issuer, Sessions sessions) {
    /** Whom a token must be meant for; fixed, because today's clients' tokens all say so. */
    static final String AUDIENCE = "mana";

    /** Beyond this many seconds since 1970 a time is nonsense; the bound keeps the arithmetic exact. */
    private static final double LAST_SECOND = 1e11;

    /** Whether a token's {@code sid} names a session of ours. */
    enum Sessions {
        REQUIRED {
            @Override
            Optional<String> of(JsonNode claims) {
                return Optional.of(text(claims, "sid").orElseThrow(TokenRefusal.Invalid::new));
            }
        },
        /** An external issuer's sessions are not ours, and their names must never be taken for ours. */
        UNKNOWN {
            @Override
            Optional<String> of(JsonNode claims) {
                return Optional.empty();
            }
        };

        abstract Optional<String> of(JsonNode claims);
    }

    /** @throws TokenRefusal.Invalid whichever rule is broken */
    VerifiedToken check(JsonNode claims, Instant now) {
        require(text(claims, "iss").filter(issuer::equals).isPresent() && isForUs(claims.path("aud")));
        require(time(claims, "nbf").filter(now::isBefore).isEmpty());
        var token = new VerifiedToken(
                text(claims, "sub").filter(UserId::isValid).map(UserId::new).orElseThrow(TokenRefusal.Invalid::new),
                sessions.of(claims),
                text(claims, "email").orElse(""),
                text(claims, "role").orElse("user"),
                text(claims, "tier").orElse("public"),
                time(claims, "exp").orElseThrow(TokenRefusal.Invalid::new),
                introduction(claims));
        require(token.isLiveAt(now));
        return token;
    }

    /** The name is not ours to be strict about. Only the word true vouches for an e-mail: "true" and 1 do not. */
    private static VerifiedToken.Introduction introduction(JsonNode claims) {
        return new VerifiedToken.Introduction(
                Optional.ofNullable(claims.path("name").textValue()),
                claims.path("email_verified").isBoolean()
                        && claims.path("email_verified").booleanValue(),
                time(claims, "iat"));
    }

    private static boolean isForUs(JsonNode audience) {
        if (!audience.isArray()) {
            return AUDIENCE.equals(audience.textValue());
        }
        for (var one : audience) {
            if (AUDIENCE.equals(one.textValue())) {
                return true;
            }
        }
        return false;
    }

    private static Optional<String> text(JsonNode claims, String name) {
        var claim = claims.path(name);
        require(claim.isTextual() || isAbsent(claim));
        return Optional.ofNullable(claim.textValue());
    }

    /** A NumericDate (RFC 7519 section 2), which may have a fraction. */
    private static Optional<Instant> time(JsonNode claims, String name) {
        var claim = claims.path(name);
        require(claim.isNumber() || isAbsent(claim));
        if (!claim.isNumber()) {
            return Optional.empty();
        }
        var seconds = claim.doubleValue();
        require(Math.abs(seconds) < LAST_SECOND);
        return Optional.of(Instant.ofEpochMilli((long) Math.floor(seconds * 1000)));
    }

    private static boolean isAbsent(JsonNode claim) {
        return claim.isMissingNode() || claim.isNull();
    }

    private static void require(boolean kept) {
        if (!kept) {
            throw new TokenRefusal.Invalid();
        }
    }
}
