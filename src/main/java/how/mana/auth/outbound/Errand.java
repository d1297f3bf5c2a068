package how.mana.auth.outbound;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.Optional;

/** Something to tell somebody outside, made by {@link Mail} or {@link Calls}. Holds live links: its text form hides them. */
public final class Errand {
    private final ErrandKind kind;
    private final Optional<String> recipient;
    private final Optional<String> user;
    private final JsonObject payload;
    private final Duration lifetime;

    private Errand(
            ErrandKind kind, Optional<String> recipient, Optional<String> user, JsonObject payload, Duration lifetime) {
        this.kind = kind;
        this.recipient = recipient;
        this.user = user;
        this.payload = payload;
        this.lifetime = lifetime;
    }

    /** @param lifetime after which it is not worth sending any more */
    static Errand mail(ErrandKind kind, String recipient, JsonObject payload, Duration lifetime) {
        return new Errand(kind, Optional.of(recipient), Optional.empty(), payload, lifetime);
    }

    /** Dropped if the user is gone by the time it is due. */
    static Errand call(ErrandKind kind, String user, JsonObject payload, Duration lifetime) {
        return new Errand(kind, Optional.empty(), Optional.of(user), payload, lifetime);
    }

    ErrandKind kind() {
        return kind;
    }

    Optional<String> recipient() {
        return recipient;
    }

    Optional<String> user() {
        return user;
    }

    JsonObject payload() {
        return payload;
    }

    Duration lifetime() {
        return lifetime;
    }

    @Override
    public String toString() {
        return "Errand[" + kind.stored() + ", hidden]";
    }
}
