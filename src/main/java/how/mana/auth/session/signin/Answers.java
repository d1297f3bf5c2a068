package how.mana.auth.session.signin;

import how.mana.auth.session.OpenedSession;
import how.mana.auth.session.SessionCookie;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;
import org.jboss.resteasy.reactive.RestResponse.ResponseBuilder;

/** Answers that give or take the session's cookie. */
@Singleton
public class Answers {
    private final SessionCookie cookie;

    Answers(SessionCookie cookie) {
        this.cookie = cookie;
    }

    /** {@code body}, and the cookie of a session. */
    public <T> RestResponse<T> giving(OpenedSession opened, T body) {
        return with(cookie.give(opened), body);
    }

    /** {@code body}, and no cookie any more. */
    public <T> RestResponse<T> taking(T body) {
        return with(cookie.clear(), body);
    }

    /** Sends a browser on. */
    public RestResponse<Object> sending(String location) {
        return to(location).build();
    }

    /** Sends a browser on, with the cookie of a session. */
    public RestResponse<Object> sending(String location, OpenedSession opened) {
        var answer = to(location);
        cookie.give(opened).forEach(value -> answer.header(HttpHeaders.SET_COOKIE, value));
        return answer.build();
    }

    private static ResponseBuilder<Object> to(String location) {
        return ResponseBuilder.create(RestResponse.Status.FOUND).header(HttpHeaders.LOCATION, location);
    }

    private static <T> RestResponse<T> with(List<String> cookies, T body) {
        var answer = ResponseBuilder.ok(body, MediaType.APPLICATION_JSON_TYPE);
        cookies.forEach(value -> answer.header(HttpHeaders.SET_COOKIE, value));
        return answer.build();
    }
}
