package how.mana.auth;

import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;
import org.jboss.logging.MDC;
import org.jspecify.annotations.Nullable;

/**
 * Gives every request an id, which its answer carries and its log lines name, and logs one line as it comes and one as it
 * goes (contract A1). Never logs a query, a header or a body: those hold secrets.
 */
@Singleton
class RequestLog {
    static final String REQUEST_ID = "requestId";

    private static final Logger LOG = Logger.getLogger("how.mana.auth.request");
    private static final String HEADER = "X-Request-Id";
    private static final int BEFORE_ALL = 1000;

    /** What may be echoed and logged: nothing that could break out of a header or a log line. */
    private static final Pattern SAFE_ID = Pattern.compile("[!-~]{1,128}");

    private final boolean logsRequests;

    RequestLog(LogConfig config) {
        this.logsRequests = config.requests();
    }

    void register(@Observes Filters filters) {
        filters.register(this::handle, BEFORE_ALL);
    }

    private void handle(RoutingContext http) {
        if (!isReadable(http)) {
            http.response()
                    .setStatusCode(400)
                    .putHeader("Content-Type", "text/plain")
                    .end("400 Bad Request");
            return;
        }
        var id = idOf(http.request().getHeader(HEADER));
        http.response().putHeader(HEADER, id);
        MDC.put(REQUEST_ID, id);
        if (logsRequests) {
            var fields = new LinkedHashMap<String, Object>();
            fields.put(REQUEST_ID, id);
            fields.put("method", http.request().method().name());
            fields.put("path", http.normalizedPath());
            var start = System.nanoTime();
            LOG.infov("request {0}", new Fields(fields));
            http.addEndHandler(done -> response(http, fields, start));
        }
        http.next();
    }

    /** A path with a malformed escape is no path: every look at it would fail. */
    private static boolean isReadable(RoutingContext http) {
        try {
            return !http.normalizedPath().isEmpty();
        } catch (IllegalArgumentException malformed) {
            return false;
        }
    }

    private static void response(RoutingContext http, Map<String, Object> request, long start) {
        var fields = new LinkedHashMap<>(request);
        var status = http.response().getStatusCode();
        fields.put("status", status);
        fields.put("durationMs", (System.nanoTime() - start) / 1_000_000);
        LOG.logv(levelOf(status), "response {0}", new Fields(fields));
    }

    private static Logger.Level levelOf(int status) {
        if (status >= 500) {
            return Logger.Level.ERROR;
        }
        return status >= 400 ? Logger.Level.WARN : Logger.Level.INFO;
    }

    private static String idOf(@Nullable String offered) {
        return offered != null && SAFE_ID.matcher(offered).matches()
                ? offered
                : UUID.randomUUID().toString().substring(0, 8);
    }

    /** Members of a log line: structured where the log is JSON, text where people read it. */
    record Fields(Map<String, Object> members) {
        @Override
        public String toString() {
            return members.toString();
        }
    }
}
