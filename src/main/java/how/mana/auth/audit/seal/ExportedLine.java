package how.mana.auth.audit.seal;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A line that {@link Export} wrote. */
sealed interface ExportedLine {
    /** The public part of an audit key. Nothing is proven with it: the database has the keys that count. */
    record Key() implements ExportedLine {}

    /** A seal and its row. */
    record Row(SealedRow row) implements ExportedLine {}

    /** A head. */
    record SignedHead(Head.Signed signed) implements ExportedLine {}

    /** @throws IllegalArgumentException if it is no such line */
    static ExportedLine parse(String line) {
        return Parser.parse(line);
    }

    /** Of lines, and of what is in them. */
    final class Parser {
        private static final ObjectReader JSON = new ObjectMapper().reader();
        private static final HexFormat HEX = HexFormat.of();

        private Parser() {}

        private static ExportedLine parse(String line) {
            try {
                var json = JSON.readTree(line);
                return switch (json.path("type").asText()) {
                    case "key" -> new Key();
                    case "row" -> new Row(row(json, Parser::act));
                    case "receipt" -> new Row(row(json, Parser::receipt));
                    case "head" -> new SignedHead(head(json));
                    default -> throw new IllegalArgumentException("no line of an export");
                };
            } catch (JsonProcessingException | RuntimeException e) {
                throw new IllegalArgumentException("no line of an export", e);
            }
        }

        private interface Content {
            Sealable of(JsonNode row);
        }

        private static SealedRow row(JsonNode line, Content content) {
            var seal = new Seal(
                    number(line, "ordinal"),
                    text(line, "chain"),
                    textOrNull(line, "erasure"),
                    number(line, "seq"),
                    text(line, "id"),
                    text(line, "key"),
                    bytes(line, "link"));
            var row = line.required("row");
            return new SealedRow(seal, row.isNull() ? Optional.empty() : Optional.of(content.of(row)), true);
        }

        private static Sealable act(JsonNode row) {
            return new Sealable.Act(
                    text(row, "id"),
                    text(row, "user_id"),
                    text(row, "action"),
                    textOrNull(row, "ip_address"),
                    textOrNull(row, "user_agent"),
                    textOrNull(row, "context"),
                    Math.toIntExact(number(row, "status")),
                    moment(row, "created_at"));
        }

        private static Sealable receipt(JsonNode row) {
            return new Sealable.Receipt(
                    text(row, "id"), text(row, "subject"), text(row, "reason"), moment(row, "erased_at"));
        }

        private static Head.Signed head(JsonNode line) {
            return new Head.Signed(
                    new Head(
                            number(line, "number"),
                            Head.Kind.of(text(line, "kind")),
                            bytes(line, "previous"),
                            number(line, "last"),
                            number(line, "pruned"),
                            bytes(line, "digest"),
                            bytes(line, "chains"),
                            Instant.parse(text(line, "sealedAt")),
                            text(line, "key"),
                            new Progress(
                                    text(line, "nextXid"),
                                    text(line, "nextId"),
                                    textOrNull(line, "sweepAt"),
                                    textOrNull(line, "sweepId"))),
                    bytes(line, "signature"));
        }

        private static String text(JsonNode object, String field) {
            var value = object.required(field);
            if (!value.isTextual()) {
                throw new IllegalArgumentException(field);
            }
            return value.textValue();
        }

        private static @Nullable String textOrNull(JsonNode object, String field) {
            return object.required(field).isNull() ? null : text(object, field);
        }

        private static long number(JsonNode object, String field) {
            var value = object.required(field);
            if (!value.canConvertToExactIntegral()) {
                throw new IllegalArgumentException(field);
            }
            return value.longValue();
        }

        private static byte[] bytes(JsonNode object, String field) {
            return HEX.parseHex(text(object, field));
        }

        private static Instant moment(JsonNode object, String field) {
            return OffsetDateTime.parse(text(object, field)).toInstant();
        }
    }
}
