package how.mana.auth.crypto;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The files of {@code src/test/resources/vectors}: append-only, since every stored wrap is one of these formats. */
public final class Vectors {
    private Vectors() {}

    public static Stream<Vector> of(String file, String kind) {
        try (var in = Objects.requireNonNull(Vectors.class.getResourceAsStream("/vectors/" + file))) {
            JsonNode nodes = new ObjectMapper().readTree(in).get(kind);
            List<Vector> vectors = StreamSupport.stream(nodes.spliterator(), false)
                    .map(Vector::new)
                    .toList();
            return vectors.stream();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public record Vector(JsonNode node) {
        public String text(String field) {
            return node.required(field).asText();
        }

        long number(String field) {
            return Long.parseLong(text(field));
        }

        public byte[] base64(String field) {
            return Base64.getDecoder().decode(text(field));
        }

        byte[] hex(String field) {
            return HexFormat.of().parseHex(text(field));
        }

        public KeyMaterial key(String field) {
            return KeyMaterial.takeOwnershipOf(base64(field));
        }
    }
}
