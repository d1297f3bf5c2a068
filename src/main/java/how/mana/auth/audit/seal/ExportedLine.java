package how.mana.auth.audit.seal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A line that {@link Export} wrote. */
sealed interface ExportedLine {
    /** The public part of an audit key, which the database has too: the same line. */
    record Key(String id, String line) implements ExportedLine {}

    /** A seal and its row. */
    record Row(SealedRow row) implements ExportedLine {}

    /** A head, and the hash that is written beside it. */
    record SignedHead(Head.Signed signed, String hash) implements ExportedLine {}

    /** @throws IllegalArgumentException if it is no such line, or could be read otherwise by somebody else */
    static ExportedLine parse(String line) {
        return Parser.parse(line);
    }

    /** Of lines, and of what is in them. */
    final class Parser {
        private static final ObjectReader JSON = new ObjectMapper()
                .reader()
                .with(JsonParser.Feature.STRICT_DUPLICATE_DETECTION)
                .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);
        private static final HexFormat HEX = HexFormat.of();
        private static final int HASH = 32;
        private static final int SIGNATURE = 64;

        private static final Set<String> KEY = Set.of("type", "id", "purpose", "publicKey");
        private static final Set<String> SEAL =
                Set.of("type", "ordinal", "chain", "erasure", "seq", "id", "key", "link", "row");
        private static final Set<String> ACT =
                Set.of("id", "user_id", "action", "ip_address", "user_agent", "context", "status", "created_at");
        private static final Set<String> RECEIPT = Set.of("id", "subject", "reason", "erased_at");
        private static final Set<String> HEAD = Set.of(
                "type",
                "number",
                "hash",
                "kind",
                "previous",
                "last",
                "pruned",
                "digest",
                "chains",
                "sealedAt",
                "key",
                "nextXid",
                "nextId",
                "sweepAt",
                "sweepId",
                "signature");

        private Parser() {}

        private static ExportedLine parse(String line) {
            try {
                var json = JSON.readTree(line);
                return switch (json.path("type").asText()) {
                    case "key" -> new Key(text(only(KEY, json), "id"), line);
                    case "row" -> new Row(row(only(SEAL, json), Parser::act));
                    case "receipt" -> new Row(row(only(SEAL, json), Parser::receipt));
                    case "head" -> new SignedHead(head(only(HEAD, json)), text(json, "hash"));
                    default -> throw new IllegalArgumentException("no line of an export");
                };
            } catch (JsonProcessingException | RuntimeException e) {
                throw new IllegalArgumentException("no line of an export", e);
            }
        }

        private static JsonNode only(Set<String> fields, JsonNode object) {
            var found = new HashSet<String>();
            object.fieldNames().forEachRemaining(found::add);
            if (!found.equals(fields)) {
                throw new IllegalArgumentException("other fields than an export has");
            }
            return object;
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
                    bytes(line, "link", HASH));
            var row = line.required("row");
            return new SealedRow(seal, row.isNull() ? Optional.empty() : Optional.of(content.of(row)), true);
        }

        private static Sealable act(JsonNode row) {
            only(ACT, row);
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
            only(RECEIPT, row);
            return new Sealable.Receipt(
                    text(row, "id"), text(row, "subject"), text(row, "reason"), moment(row, "erased_at"));
        }

        private static Head.Signed head(JsonNode line) {
            return new Head.Signed(
                    new Head(
                            number(line, "number"),
                            kind(text(line, "kind")),
                            bytes(line, "previous", HASH),
                            number(line, "last"),
                            number(line, "pruned"),
                            bytes(line, "digest", HASH),
                            HEX.parseHex(text(line, "chains")),
                            Instant.parse(text(line, "sealedAt")),
                            text(line, "key"),
                            new Progress(
                                    text(line, "nextXid"),
                                    text(line, "nextId"),
                                    textOrNull(line, "sweepAt"),
                                    textOrNull(line, "sweepId"))),
                    bytes(line, "signature", SIGNATURE));
        }

        private static Head.Kind kind(String word) {
            var kind = Head.Kind.of(word);
            if (!kind.word().equals(word)) {
                throw new IllegalArgumentException("kind");
            }
            return kind;
        }

        private static String text(JsonNode object, String field) {
            var value = object.required(field);
            if (!value.isTextual() || !StandardCharsets.UTF_8.newEncoder().canEncode(value.textValue())) {
                throw new IllegalArgumentException(field);
            }
            return value.textValue();
        }

        private static @Nullable String textOrNull(JsonNode object, String field) {
            return object.required(field).isNull() ? null : text(object, field);
        }

        private static long number(JsonNode object, String field) {
            var value = object.required(field);
            if (!value.isIntegralNumber() || !value.canConvertToLong()) {
                throw new IllegalArgumentException(field);
            }
            return value.longValue();
        }

        /** Of this length: at their place in what is signed, nothing else says where they end. */
        private static byte[] bytes(JsonNode object, String field, int length) {
            var bytes = HEX.parseHex(text(object, field));
            if (bytes.length != length) {
                throw new IllegalArgumentException(field);
            }
            return bytes;
        }

        private static Instant moment(JsonNode object, String field) {
            return OffsetDateTime.parse(text(object, field)).toInstant();
        }
    }
}
