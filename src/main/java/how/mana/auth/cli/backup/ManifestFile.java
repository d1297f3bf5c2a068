package how.mana.auth.cli.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.db.backup.Contents;
import how.mana.auth.db.backup.Manifest;
import how.mana.auth.db.backup.Place;
import how.mana.auth.db.keks.KnownKek;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** A manifest as a file of JSON beside its dump. A dump without one is not complete. */
record ManifestFile(Path path) {
    private static final String SUFFIX = ".manifest.json";
    private static final int FORMAT = 1;

    /** That of a dump. */
    static ManifestFile of(Path dump) {
        return new ManifestFile(dump.resolveSibling(dump.getFileName() + SUFFIX));
    }

    /** @throws CommandRefusedException if there is one already */
    void requireAbsent() {
        if (Files.exists(path)) {
            throw new CommandRefusedException(path.getFileName() + " is there already: name a new file");
        }
    }

    /** The dump that it is beside of; empty if that is elsewhere. */
    Optional<Path> dump() {
        var name = String.valueOf(path.getFileName());
        return Optional.of(name)
                .filter(text -> text.endsWith(SUFFIX))
                .map(text -> path.resolveSibling(text.substring(0, text.length() - SUFFIX.length())))
                .filter(Files::isRegularFile);
    }

    void write(Manifest manifest) throws IOException {
        DumpFile.create(path);
        Files.writeString(path, json(manifest).toPrettyString() + "\n");
    }

    private static JsonNode json(Manifest manifest) {
        var root = JsonNodeFactory.instance.objectNode();
        root.put("format", FORMAT).put("madeAt", manifest.madeAt()).put("sha256", manifest.sha256());
        root.putObject("place")
                .put("system", manifest.place().system().orElse(null))
                .put("database", manifest.place().database())
                .put("changelog", manifest.place().changelog());
        put(root, manifest.contents());
        return root;
    }

    private static void put(ObjectNode root, Contents contents) {
        root.put("changeset", contents.changeset());
        var tables = root.putObject("tables");
        contents.tables().forEach(tables::put);
        var objects = root.putArray("objects");
        contents.objects().forEach(objects::add);
        var keks = root.putArray("keks");
        for (var kek : contents.keks()) {
            keks.addObject()
                    .put("id", kek.id())
                    .put("state", kek.state().word())
                    .put("fingerprint", kek.fingerprint().orElse(null));
        }
    }

    /** @throws CommandRefusedException if there is none, or it is not one of ours */
    Manifest read() {
        try {
            var root = new ObjectMapper().readTree(Files.readString(path));
            if (root.path("format").asInt() == FORMAT) {
                return manifest(root);
            }
        } catch (JsonProcessingException | IllegalArgumentException e) {
            // said below
        } catch (IOException e) {
            throw new CommandRefusedException("The manifest cannot be read: name the file that `backup dump` wrote");
        }
        throw new CommandRefusedException("The manifest is not one that this version of `backup dump` writes");
    }

    private static Manifest manifest(JsonNode root) {
        var place = root.required("place");
        return new Manifest(
                root.required("madeAt").asText(),
                root.required("sha256").asText(),
                new Place(
                        text(place, "system"),
                        place.required("database").asLong(),
                        place.required("changelog").asLong()),
                new Contents(
                        root.required("changeset").asText(),
                        tables(root.required("tables")),
                        objects(root.required("objects")),
                        keks(root.required("keks"))));
    }

    private static Map<String, Long> tables(JsonNode node) {
        var tables = new HashMap<String, Long>();
        node.fields()
                .forEachRemaining(
                        table -> tables.put(table.getKey(), table.getValue().asLong()));
        return tables;
    }

    private static Set<String> objects(JsonNode node) {
        var objects = new HashSet<String>();
        node.forEach(object -> objects.add(object.asText()));
        return objects;
    }

    private static List<KnownKek> keks(JsonNode node) {
        var keks = new ArrayList<KnownKek>();
        for (var kek : node) {
            var state = kek.required("state").asText().toUpperCase(Locale.ROOT);
            keks.add(
                    new KnownKek(kek.required("id").asText(), text(kek, "fingerprint"), KnownKek.State.valueOf(state)));
        }
        return keks;
    }

    private static Optional<String> text(JsonNode node, String field) {
        var value = node.required(field);
        return value.isNull() ? Optional.empty() : Optional.of(value.asText());
    }
}
