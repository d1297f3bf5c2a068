package how.mana.auth.problem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which envelope a route speaks (contract A1). */
class EnvelopeTest {
    @ParameterizedTest
    @CsvSource({
        "/api/v1/me/encryption-vault/key, VAULT",
        "/api/v1/me/ai-mission-grant, VAULT",
        "/api/v1/me/ai-audit, VAULT",
        "/api/v1/me/ai-auditor, SERVICE",
        "/api/v1/me/profile, ROUTE_LOCAL",
        "/api/v1/me/onboarding/complete, ROUTE_LOCAL",
        "/api/v1/me/profiles, SERVICE",
        "/api/v1/me/other, SERVICE",
        "/api/v1/auth/login, AUTH",
        "/api/auth/jwks, NATIVE"
    })
    void aRefusalIsInTheEnvelopeOfItsRoute(String path, Envelope expected) {
        assertThat(Envelope.of(path, Kind.BAD_REQUEST)).isEqualTo(expected);
        assertThat(Envelope.of(path, Kind.UNAVAILABLE)).isEqualTo(expected);
    }

    /** The old service answered no conflict in this envelope, so the code is an addition. */
    @org.junit.jupiter.api.Test
    void aConflictWithTheServiceSaysItsCode() {
        assertThat(Envelope.SERVICE.body(new AuthRefusal.EmailAlreadyRegistered()))
                .containsEntry("details", java.util.Map.of("code", "EMAIL_ALREADY_REGISTERED"));
    }

    @ParameterizedTest
    @CsvSource({"UNAUTHENTICATED", "INTERNAL"})
    void whatIsNoDecisionOfTheRouteSpeaksOfTheService(Kind kind) {
        assertThat(Envelope.of("/api/v1/me/ai-audit", kind)).isEqualTo(Envelope.SERVICE);
        assertThat(Envelope.of("/api/v1/me/profile", kind)).isEqualTo(Envelope.SERVICE);
    }
}
