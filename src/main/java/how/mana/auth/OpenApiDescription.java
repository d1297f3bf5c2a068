package how.mana.auth;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.Objects;

/**
 * The API's description under {@code /q/openapi}, as it was written (RFC 9512 names its media type). Quarkus' extension for that
 * reads and writes the whole document again at every start, which costs an executable a tenth of the time it has for it.
 */
@Singleton
class OpenApiDescription {
    private static final String FILE = "/META-INF/openapi.yaml";

    private final Buffer document;

    OpenApiDescription() throws IOException {
        try (var file = Objects.requireNonNull(OpenApiDescription.class.getResourceAsStream(FILE), FILE)) {
            this.document = Buffer.buffer(file.readAllBytes());
        }
    }

    void register(@Observes Router router) {
        router.get("/q/openapi").handler(this::answer);
    }

    private void answer(RoutingContext http) {
        http.response()
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                .end(document)
                .onFailure(http::fail);
    }
}
