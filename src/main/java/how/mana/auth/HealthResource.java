package how.mana.auth;

import io.smallrye.common.annotation.NonBlocking;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.Clock;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;

/** Says that the process answers, and nothing about the database: for that ask {@code /q/health/ready}. */
@Path("/health")
@Produces(MediaType.APPLICATION_JSON)
public class HealthResource {
    private static final DateTimeFormatter ISO_MILLIS =
            new DateTimeFormatterBuilder().appendInstant(3).toFormatter();

    private final Clock clock;

    HealthResource(Clock clock) {
        this.clock = clock;
    }

    @GET
    @NonBlocking
    public Health health() {
        return new Health("ok", "mana-auth", ISO_MILLIS.format(clock.instant()));
    }

    public record Health(String status, String service, String timestamp) {}
}
