package how.mana.auth.grant.worker;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/**
 * A mission grant as the service answered it: a wrapped mission key, and the terms it was given on. Nothing in it is
 * secret to the worker's operator, and nothing but {@code wrappedKey} is protected by cryptography.
 *
 * @param grantId the grant's name in the ledger; grants older than the ledger have none
 * @param issuedAt as sent, for the ledger
 * @param expiresAt as sent, empty if it is no text; see {@link #isExpiredAt}
 */
public record MissionGrant(
        Optional<String> grantId, String wrappedKey, Derivation derivation, String issuedAt, String expiresAt) {

    /**
     * What the mission key was derived from.
     *
     * @param recordIds the allow-list, each {@code <table>:<id>}
     */
    public record Derivation(String version, String missionId, List<String> tables, List<String> recordIds) {
        /** Keeps copies of the lists. */
        public Derivation {
            tables = List.copyOf(tables);
            recordIds = List.copyOf(recordIds);
        }

        /** SHA-256, in hex, of the label that the mission key is derived under: what the ledger knows the scope by. */
        String scopeDigest() {
            var label = "mana-ai-mission-grant:v1:tables=" + joined(tables) + ":ids=" + joined(recordIds);
            try {
                var digest = MessageDigest.getInstance("SHA-256").digest(label.getBytes(StandardCharsets.UTF_8));
                return HexFormat.of().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("This runtime cannot do SHA-256", e);
            }
        }

        private static String joined(List<String> names) {
            return names.stream().sorted().collect(Collectors.joining(","));
        }
    }

    /**
     * Reads the answer of {@code POST /api/v1/me/ai-mission-grant}. Members it does not know are ignored.
     *
     * @return empty if the text is no JSON or of another shape
     */
    public static Optional<MissionGrant> parse(String json) {
        return StrictJson.parseMessage(json).flatMap(MissionGrant::of);
    }

    private static Optional<MissionGrant> of(JsonNode node) {
        try {
            return Optional.of(new MissionGrant(
                    node.hasNonNull("grantId") ? Optional.of(text(node, "grantId")) : Optional.empty(),
                    text(node, "wrappedKey"),
                    derivation(node.path("derivation")),
                    text(node, "issuedAt"),
                    StrictJson.text(node, "expiresAt").orElse("")));
        } catch (NoSuchElementException e) {
            return Optional.empty();
        }
    }

    private static Derivation derivation(JsonNode node) {
        return new Derivation(
                text(node, "version"), text(node, "missionId"), texts(node, "tables"), texts(node, "recordIds"));
    }

    private static String text(JsonNode node, String member) {
        return StrictJson.text(node, member).orElseThrow();
    }

    private static List<String> texts(JsonNode node, String member) {
        var array = node.path(member);
        if (!array.isArray()
                || !StreamSupport.stream(array.spliterator(), false).allMatch(JsonNode::isTextual)) {
            throw new NoSuchElementException(member);
        }
        return StreamSupport.stream(array.spliterator(), false)
                .map(JsonNode::textValue)
                .toList();
    }

    /** Whether the grant ended before {@code now}. One that does not say when it ends has ended. */
    boolean isExpiredAt(Instant now) {
        try {
            return Instant.parse(expiresAt).isBefore(now);
        } catch (DateTimeException e) {
            return true;
        }
    }
}
