package how.mana.auth.problem;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Singleton;
import jakarta.ws.rs.NotSupportedException;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where a failure becomes an answer. */
@Singleton
public class ProblemMapper {
    private static final Logger LOG = Logger.getLogger(ProblemMapper.class);
    private static final String UNKNOWN_ROUTE = "404 Not Found";

    private final ObjectWriter json;

    ProblemMapper(ObjectMapper mapper) {
        this.json = mapper.writer();
    }

    @ServerExceptionMapper
    public Response refusal(Refusal refusal, RoutingContext http) {
        if (refusal.kind().isOurFault()) {
            LOG.errorf(refusal.getCause(), "%s %s: %s", http.request().method(), http.normalizedPath(), refusal);
        } else if (refusal instanceof AuthRefusal known && known.severity() == AuthRefusal.Severity.WARN) {
            LOG.warnf("%s %s: %s", http.request().method(), http.normalizedPath(), refusal.code());
        }
        return answer(http, refusal);
    }

    /** An unknown route, and a known one asked with a wrong method: the old service told them apart nowhere. */
    public Response unknownRoute(RoutingContext http) {
        var response = Response.status(Response.Status.NOT_FOUND);
        return saysNothing(http)
                ? response.build()
                : response.entity(UNKNOWN_ROUTE).type(MediaType.TEXT_PLAIN_TYPE).build();
    }

    /** The same answer for a request that ends before routing. */
    public void endUnknownRoute(RoutingContext http) {
        http.response().setStatusCode(404);
        if (saysNothing(http)) {
            http.response().end();
        } else {
            http.response().putHeader("Content-Type", MediaType.TEXT_PLAIN).end(UNKNOWN_ROUTE);
        }
    }

    private static boolean saysNothing(RoutingContext http) {
        return Envelope.isUnder(http.normalizedPath(), "/api/auth");
    }

    @ServerExceptionMapper
    public Response wrongContentType(NotSupportedException failure, RoutingContext http) {
        return answer(http, new HttpRefusal.UnsupportedMediaType());
    }

    /** What the framework refuses by itself: above all a body that is not JSON or not of the declared shape. */
    @ServerExceptionMapper
    public Response framework(WebApplicationException failure, RoutingContext http) {
        var status = failure.getResponse().getStatus();
        if (status >= 500) {
            return unforeseen(failure, http);
        }
        return answer(http, status == 413 ? new HttpRefusal.PayloadTooLarge() : new HttpRefusal.BadRequest());
    }

    @ServerExceptionMapper
    public Response malformedJson(JsonProcessingException failure, RoutingContext http) {
        return answer(http, new HttpRefusal.BadRequest());
    }

    /** A fault of ours that nobody foresaw: all of it to the log, nothing of it to the client. */
    @ServerExceptionMapper
    public Response unforeseen(Throwable failure, RoutingContext http) {
        LOG.errorf(failure, "%s %s failed", http.request().method(), http.normalizedPath());
        return answer(http, new HttpRefusal.Unexpected());
    }

    /** Ends a request that never reached a resource, in the envelope of its route. */
    public void end(RoutingContext http, Refusal refusal) {
        var said = inWordsOf(http, refusal);
        var response = http.response()
                .setStatusCode(said.kind().status())
                .putHeader(HttpHeaders.CONTENT_TYPE, MediaType.APPLICATION_JSON);
        headers(said).forEach(response::putHeader);
        response.end(body(http, said));
    }

    private Response answer(RoutingContext http, Refusal refusal) {
        var said = inWordsOf(http, refusal);
        var response = Response.status(said.kind().status()).type(MediaType.APPLICATION_JSON_TYPE);
        headers(said).forEach(response::header);
        return response.entity(body(http, said)).build();
    }

    private static Refusal inWordsOf(RoutingContext http, Refusal refusal) {
        return Envelope.of(http.normalizedPath(), refusal.kind()).inItsWords(refusal);
    }

    /**
     * A 401 must say how to authenticate (RFC 9110 section 15.5.2); which token was missing or bad it need not. Who has to wait
     * is told how long (section 10.2.3), twice, because clients of the native routes look for a header of that library's.
     */
    private static Map<String, String> headers(Refusal refusal) {
        var headers = new LinkedHashMap<String, String>();
        if (refusal.kind() == Kind.UNAUTHENTICATED) {
            headers.put(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        refusal.retryAfter().map(Envelope::seconds).map(String::valueOf).ifPresent(seconds -> {
            headers.put(HttpHeaders.RETRY_AFTER, seconds);
            headers.put("X-Retry-After", seconds);
        });
        return headers;
    }

    private String body(RoutingContext http, Refusal refusal) {
        var envelope = Envelope.of(http.normalizedPath(), refusal.kind());
        try {
            return json.writeValueAsString(envelope.body(refusal));
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException("A map of strings and numbers did not become JSON", impossible);
        }
    }
}
