package how.mana.auth.outbound;

import io.vertx.core.json.JsonObject;
import java.util.Optional;

/**
 * An errand that was taken out of the outbox to be run.
 *
 * @param recipient the address of a mail; empty for a call
 * @param attempts this one included
 * @param wanted whether the user it is about is still there
 */
record Parcel(long id, ErrandKind kind, Optional<String> recipient, JsonObject payload, int attempts, boolean wanted) {
    /** For logs: no address, and no link. */
    @Override
    public String toString() {
        return kind.stored() + " " + id + ", attempt " + attempts;
    }
}
