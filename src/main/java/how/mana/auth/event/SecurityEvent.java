package how.mana.auth.event;

import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import java.util.Map;
import java.util.Optional;

/**
 * Something that happened to an account.
 *
 * @param user whom it happened to; empty where nobody knows
 * @param metadata what else is to be known; never a secret
 */
public record SecurityEvent(EventType type, Optional<UserId> user, Client client, Map<String, String> metadata) {
    public SecurityEvent {
        metadata = Map.copyOf(metadata);
    }

    public static SecurityEvent of(EventType type, UserId user, Client client) {
        return new SecurityEvent(type, Optional.of(user), client, Map.of());
    }

    public SecurityEvent with(Map<String, String> saying) {
        return new SecurityEvent(type, user, client, saying);
    }
}
