package how.mana.auth.outbound;

import how.mana.auth.caller.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.UUID;

/**
 * What the clients expect to find in the sync database, value for value (contract A11).
 *
 * @param fieldMeta when each member of {@code data} but its id was written
 */
record BootstrapRow(JsonObject data, JsonObject fieldMeta) {
    private static final DateTimeFormatter ISO =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    static BootstrapRow userContext(UserId user, Instant now) {
        return of(
                new JsonObject()
                        .put("id", "singleton")
                        .put("about", new JsonObject())
                        .put("interests", new JsonArray())
                        .put("routine", new JsonObject())
                        .put("nutrition", new JsonObject())
                        .put("leisure", new JsonObject())
                        .put("goals", new JsonArray())
                        .put("social", new JsonObject())
                        .put("freeform", "")
                        .put(
                                "interview",
                                new JsonObject()
                                        .put("answeredIds", new JsonArray())
                                        .put("skippedIds", new JsonArray()))
                        .put("userId", user.value()),
                now);
    }

    static BootstrapRow kontextDoc(Instant now) {
        return of(new JsonObject().put("id", UUID.randomUUID().toString()).put("content", ""), now);
    }

    static JsonObject actor() {
        return new JsonObject()
                .put("kind", "system")
                .put("principalId", "system:bootstrap")
                .put("displayName", "Bootstrap");
    }

    private static BootstrapRow of(JsonObject data, Instant now) {
        var meta = new JsonObject();
        data.fieldNames().stream().filter(name -> !name.equals("id")).forEach(name -> meta.put(name, ISO.format(now)));
        return new BootstrapRow(data, meta);
    }
}
