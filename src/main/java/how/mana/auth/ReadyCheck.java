package how.mana.auth;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.schema.SchemaVersion;
import io.smallrye.health.api.AsyncHealthCheck;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Ready when the database answers, its schema is one this build can serve, and the KEK is loaded. */
@Readiness
@Singleton
class ReadyCheck implements AsyncHealthCheck {
    private final SchemaVersion schema;
    private final KekRing keks;

    ReadyCheck(SchemaVersion schema, KekRing keks) {
        this.schema = schema;
        this.keks = keks;
    }

    @Override
    public Uni<HealthCheckResponse> call() {
        var check = HealthCheckResponse.named("vault")
                .withData("kek", keks.active().map(KekId::value).orElse("none is active"));
        return schema.isCurrent()
                .map(current -> check.withData("schema", current ? "current" : "older than this build: run migrate")
                        .status(current)
                        .build())
                .onFailure()
                .recoverWithItem(() -> check.withData("database", "away").down().build());
    }
}
