package how.mana.auth.event;

import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.problem.AuthRefusal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What somebody is trying to do, in case it is refused.
 *
 * @param endpoint the route, without {@code /api/v1/auth}
 * @param email whose account is meant, as far as the request says; it is normalised and may belong to nobody
 * @param user who asks, where that is known
 */
public record Attempt(String endpoint, Client client, Optional<String> email, Optional<UserId> user) {
    public static Attempt at(String endpoint, Client client) {
        return new Attempt(endpoint, client, Optional.empty(), Optional.empty());
    }

    public Attempt onAccountOf(String address) {
        return new Attempt(endpoint, client, Optional.of(address), user);
    }

    public Attempt by(UserId caller) {
        return new Attempt(endpoint, client, email, Optional.of(caller));
    }

    /** The event that {@code refusal} leaves behind; empty if it leaves none. */
    public Optional<SecurityEvent> refusedAs(AuthRefusal refusal) {
        return refusal.event()
                .map(EventType::valueOf)
                .map(type -> new SecurityEvent(type, user, client, saying(refusal)));
    }

    private Map<String, String> saying(AuthRefusal refusal) {
        var saying = new LinkedHashMap<String, String>();
        saying.put("code", refusal.code());
        saying.put("endpoint", endpoint);
        email.ifPresent(address -> saying.put("email", address));
        return saying;
    }
}
