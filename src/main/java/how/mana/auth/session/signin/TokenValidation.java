package how.mana.auth.session.signin;

import com.fasterxml.jackson.databind.node.ObjectNode;
import how.mana.auth.db.ServiceTransactions;
import how.mana.auth.problem.JsonBody;
import how.mana.auth.problem.Kind;
import how.mana.auth.problem.Refusal;
import how.mana.auth.session.SessionUser;
import how.mana.auth.session.Sessions;
import how.mana.auth.token.TokenVerifier;
import how.mana.auth.token.VerifiedToken;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Base64;
import java.util.Optional;

/** Tells other services whether an access token counts now: that its session and its user are there is asked every time. */
@Singleton
class TokenValidation {
    private final TokenVerifier tokens;
    private final Sessions sessions;
    private final ServiceTransactions transactions;

    TokenValidation(TokenVerifier tokens, Sessions sessions, ServiceTransactions transactions) {
        this.tokens = tokens;
        this.sessions = sessions;
        this.transactions = transactions;
    }

    /**
     * What the token says, with the user's role, tier and address as they are now rather than as they were when it was minted;
     * empty if it does not count. Fails only with what says nothing about the token.
     */
    Uni<Optional<ObjectNode>> payload(String jws) {
        return tokens.verify(jws)
                .chain(token -> owner(token).map(found -> found.map(user -> payload(jws, token, user))))
                .onFailure(TokenValidation::isNoGoodToken)
                .recoverWithItem(Optional.empty());
    }

    private Uni<Optional<SessionUser>> owner(VerifiedToken token) {
        return token.session()
                .map(id -> sessions.byId(id, token.user()).map(found -> found.map(session -> session.user())))
                .orElseGet(() -> transactions.run(tx -> SessionUser.find(tx, token.user())));
    }

    private static ObjectNode payload(String jws, VerifiedToken token, SessionUser user) {
        // Verified a moment ago, so it has three parts and the second is an object.
        var claims = (ObjectNode) JsonBody.object(Base64.getUrlDecoder().decode(jws.split("\\.", -1)[1]));
        if (token.session().isPresent()) {
            claims.put("email", user.email());
        }
        return claims.put("role", user.role()).put("tier", user.tier());
    }

    private static boolean isNoGoodToken(Throwable failure) {
        return failure instanceof Refusal refusal && refusal.kind() == Kind.UNAUTHENTICATED;
    }
}
