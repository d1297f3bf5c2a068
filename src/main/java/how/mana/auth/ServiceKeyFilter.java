package how.mana.auth;

import how.mana.auth.caller.ServiceKeyRequired;
import how.mana.auth.problem.HttpRefusal;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/** Lets only services of ours through to the routes that are for them. Bound to the route and not to its path, which has spellings. */
@Singleton
class ServiceKeyFilter {
    private static final String HEADER = "X-Service-Key";

    private final Instance<ServiceKey> key;

    /** @param key read when it is needed: filters are made while a native executable is built, where no key must be looked for */
    ServiceKeyFilter(Instance<ServiceKey> key) {
        this.key = key;
    }

    @ServerRequestFilter
    @ServiceKeyRequired
    public void check(ResteasyReactiveContainerRequestContext request) {
        var shown = request.getHeaders().get(HEADER);
        if (shown == null || shown.size() != 1 || !key.get().matches(shown.get(0))) {
            throw new HttpRefusal.ServiceKeyMissing();
        }
    }
}
