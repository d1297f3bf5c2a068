package how.mana.auth;

import how.mana.auth.problem.BodyCap;
import how.mana.auth.problem.HttpRefusal;
import how.mana.auth.problem.ProblemMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * What every request meets before a route is looked for: CORS, body caps and the trailing slash rule (contract A1), and how many
 * requests one connection may have waiting.
 */
@Singleton
class HttpEdge {
    private static final int AFTER_REQUEST_ID = 900;
    private static final String JSON_WITH_CHARSET = "application/json;charset=UTF-8";

    private static final Pattern NOT_PLAIN =
            Pattern.compile("^[^/]|//|/(?:\\.|%2e){1,2}(?:/|$)", Pattern.CASE_INSENSITIVE);

    private final ProblemMapper problems;
    private final Set<String> origins;

    HttpEdge(HttpConfig config, ProblemMapper problems) {
        this.problems = problems;
        this.origins = Set.copyOf(config.corsOrigins());
    }

    void register(@Observes Filters filters) {
        filters.register(HttpEdge::limitPipeline, AFTER_REQUEST_ID + 1);
        filters.register(this::cors, AFTER_REQUEST_ID);
        filters.register(this::plainPath, AFTER_REQUEST_ID - 1);
        filters.register(this::capBody, AFTER_REQUEST_ID - 2);
        filters.register(this::trailingSlash, AFTER_REQUEST_ID - 3);
        filters.register(HttpEdge::plainJson, AFTER_REQUEST_ID - 4);
    }

    private static void limitPipeline(RoutingContext http) {
        if (http.request().version() != HttpVersion.HTTP_2) { // which bounds its streams itself
            PipelineLimit.on(http.request().connection());
        }
        http.next();
    }

    /** An origin that is not listed is served all the same, only without leave for its browser to read the answer. */
    private void cors(RoutingContext http) {
        var origin = http.request().getHeader(HttpHeaders.ORIGIN);
        var answer = http.response()
                .putHeader("Access-Control-Allow-Credentials", "true")
                .putHeader("Access-Control-Expose-Headers", "Set-Cookie")
                .putHeader("Vary", "Origin");
        if (origin != null && origins.contains(origin)) {
            answer.putHeader("Access-Control-Allow-Origin", origin);
        }
        if (http.request().method() == HttpMethod.OPTIONS) {
            answer.putHeader("Access-Control-Allow-Headers", "Content-Type,Authorization,X-Service-Key,X-App-Id")
                    .putHeader("Access-Control-Allow-Methods", "GET,HEAD,PUT,POST,DELETE,PATCH")
                    .setStatusCode(204)
                    .end();
            return;
        }
        http.next();
    }

    /**
     * A path with dot segments (RFC 3986, 5.2.4) or empty ones is no route. A proxy that lets only some paths through may read
     * {@code /api/../q/metrics} otherwise than we would, so it is not read at all. Nor is one with a semicolon, which the
     * framework would cut off: what it names then is something else than what was asked for.
     */
    private void plainPath(RoutingContext http) {
        var asked = http.request().path();
        if (asked != null && !isPlain(asked, http.normalizedPath())) {
            problems.endUnknownRoute(http);
            return;
        }
        http.next();
    }

    private static boolean isPlain(String asked, String normalized) {
        return asked.indexOf(';') < 0
                && (asked.equals(normalized) || !NOT_PLAIN.matcher(asked).find());
    }

    /** A body that says it is too long is not read. One that does not say is measured where it is read. */
    private void capBody(RoutingContext http) {
        var announced = http.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (announced != null
                && isLongerThan(announced, BodyCap.of(http.normalizedPath()).bytes())) {
            http.response().putHeader(HttpHeaders.CONNECTION, "close");
            problems.end(http, new HttpRefusal.PayloadTooLarge());
            return;
        }
        http.next();
    }

    private static boolean isLongerThan(String announced, long cap) {
        try {
            return Long.parseLong(announced) > cap;
        } catch (NumberFormatException beyondAnyCap) {
            return true;
        }
    }

    /** No route ends in a slash: one that is asked for with a slash is somewhere else for reads and nowhere for writes. */
    private void trailingSlash(RoutingContext http) {
        var path = http.normalizedPath();
        if (path.length() < 2 || !path.endsWith("/") || path.startsWith("/q/")) {
            http.next();
            return;
        }
        var method = http.request().method();
        if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
            http.response()
                    .setStatusCode(301)
                    .putHeader(HttpHeaders.LOCATION, withoutSlash(http))
                    .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain")
                    .end();
            return;
        }
        problems.endUnknownRoute(http);
    }

    private static String withoutSlash(RoutingContext http) {
        var request = http.request();
        var path = http.normalizedPath();
        var query = request.query() == null ? "" : "?" + request.query();
        return request.scheme() + "://" + request.authority() + path.substring(0, path.length() - 1) + query;
    }

    /** Today's clients get JSON whatever they say they accept, and its media type has no parameters (RFC 8259, 11). */
    private static void plainJson(RoutingContext http) {
        if (!http.normalizedPath().startsWith("/q/")) {
            http.request().headers().remove(HttpHeaders.ACCEPT);
        }
        http.addHeadersEndHandler(before -> {
            if (JSON_WITH_CHARSET.equals(http.response().headers().get(HttpHeaders.CONTENT_TYPE))) {
                http.response().putHeader(HttpHeaders.CONTENT_TYPE, "application/json");
            }
        });
        http.next();
    }
}
