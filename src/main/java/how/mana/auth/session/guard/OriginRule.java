package how.mana.auth.session.guard;

import how.mana.auth.problem.ProblemMapper;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * A browser sends its cookies along with whatever any page asks it to, and keeps those that it gets for it. So a request of a
 * browser that changes something has to be from a page that may do that.
 *
 * <p>Under {@code /api/auth}, and to sign out, whoever brings cookies has to say which page it is from, and that page's origin has
 * to be trusted; who signs in is asked the same if it is a browser. On the other routes of {@code /api/v1/auth} a page that is
 * named has to be trusted or one that may read the answers: who may read them may ask. That they read JSON would not do, because
 * a page can have a body sent that does not say what it is. A page of another site is always named: browsers send
 * {@code Origin} with everything but reads (Fetch standard, section 3.2).
 */
@Singleton
class OriginRule {
    private static final int AFTER_THE_EDGE = 800;
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    /** They give the cookie, or tokens that are as good: a page must not have its visitor act for somebody else. */
    private static final Set<String> SIGNING_IN = Set.of(
            "/api/v1/auth/login", "/api/v1/auth/register", "/api/v1/auth/refresh", "/api/v1/auth/session-to-token");

    private final TrustedOrigins origins;
    private final Set<String> readers;
    private final ProblemMapper problems;

    OriginRule(TrustedOrigins origins, CorsConfig cors, ProblemMapper problems) {
        this.origins = origins;
        this.readers = Set.copyOf(cors.corsOrigins());
        this.problems = problems;
    }

    void register(@Observes Filters filters) {
        filters.register(this::check, AFTER_THE_EDGE);
    }

    private void check(RoutingContext http) {
        refusal(http.request(), http.normalizedPath())
                .ifPresentOrElse(refusal -> problems.end(http, refusal), http::next);
    }

    private Optional<OriginRefusal> refusal(HttpServerRequest request, String path) {
        if (READING.contains(request.method())) {
            return Optional.empty();
        }
        if (path.startsWith("/api/auth/") || "/api/v1/auth/logout".equals(path)) {
            var signsIn = path.startsWith("/api/auth/sign-in/") || path.startsWith("/api/auth/sign-up/");
            if (signsIn && isCrossSiteNavigation(request)) {
                return Optional.of(new OriginRefusal.CrossSiteNavigation());
            }
            return request.headers().contains("Cookie") || signsIn && isBrowser(request)
                    ? named(request)
                    : Optional.empty();
        }
        return path.startsWith("/api/v1/auth/") ? ofTheServiceRoutes(request, path) : Optional.empty();
    }

    private Optional<OriginRefusal> ofTheServiceRoutes(HttpServerRequest request, String path) {
        var asks = SIGNING_IN.contains(path) || request.headers().contains("Cookie");
        return origin(request)
                .filter(origin -> asks && !readers.contains(origin))
                .flatMap(origin -> named(request));
    }

    private Optional<OriginRefusal> named(HttpServerRequest request) {
        var origin = origin(request).or(() -> Optional.ofNullable(request.getHeader("Referer")));
        if (origin.isEmpty() || "null".equals(origin.get())) {
            return Optional.of(new OriginRefusal.Missing());
        }
        return origins.trust(origin.get()) ? Optional.empty() : Optional.of(new OriginRefusal.Untrusted());
    }

    private static Optional<String> origin(HttpServerRequest request) {
        return Optional.ofNullable(request.getHeader("Origin"));
    }

    private static boolean isBrowser(HttpServerRequest request) {
        return Stream.of("Origin", "Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
                .anyMatch(header -> request.headers().contains(header));
    }

    private static boolean isCrossSiteNavigation(HttpServerRequest request) {
        return "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
    }
}
