package how.mana.auth.session.signin;

import how.mana.auth.caller.CallerConfig;
import how.mana.auth.caller.Client;
import how.mana.auth.event.EventType;
import how.mana.auth.session.SessionAuthentication;
import how.mana.auth.session.Sessions;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerRequest;
import jakarta.inject.Singleton;
import java.util.Optional;

/** Lets people out. */
@Singleton
class SignOut {
    private final SessionAuthentication authentication;
    private final Sessions sessions;
    private final CallerConfig callers;

    SignOut(SessionAuthentication authentication, Sessions sessions, CallerConfig callers) {
        this.authentication = authentication;
        this.sessions = sessions;
        this.callers = callers;
    }

    /**
     * Ends every session that the request shows: who says goodbye means whatever they are signed in by.
     *
     * @param body the token in the body
     */
    Uni<Void> of(Optional<String> body, HttpServerRequest request) {
        var client = Client.of(request, callers);
        return authentication.findAll(body, request).chain(all -> Multi.createFrom()
                .iterable(all)
                .onItem()
                .call(shown -> sessions.end(shown.session(), EventType.LOGOUT, client))
                .collect()
                .asList()
                .replaceWithVoid());
    }
}
