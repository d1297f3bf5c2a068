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
 * A browser sends its cookies along with whatever any page asks it to. So a request that changes something and brings cookies has
 * to say which page it is from, and that page's origin has to be trusted. Who signs in is asked the same if it is a browser.
 */
@Singleton
class OriginRule {
    private static final int AFTER_THE_EDGE = 800;
    private static final Set<HttpMethod> READING = Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

    private final TrustedOrigins origins;
    private final ProblemMapper problems;

    OriginRule(TrustedOrigins origins, ProblemMapper problems) {
        this.origins = origins;
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
        // The other routes read JSON, which no page sends elsewhere without leave; a page that is named has to be
        // trusted too.
        return path.startsWith("/api/v1/auth/")
                        && request.headers().contains("Cookie")
                        && origin(request).isPresent()
                ? named(request)
                : Optional.empty();
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
        return Stream.of("Sec-Fetch-Site", "Sec-Fetch-Mode", "Sec-Fetch-Dest")
                .anyMatch(header -> request.headers().contains(header));
    }

    private static boolean isCrossSiteNavigation(HttpServerRequest request) {
        return "cross-site".equals(request.getHeader("Sec-Fetch-Site"))
                && "navigate".equals(request.getHeader("Sec-Fetch-Mode"));
    }
}
