package how.mana.auth.vault;

import static java.nio.charset.StandardCharsets.US_ASCII;

import how.mana.auth.audit.AuditAction;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names a request, so that asking again is not asking for more. Only its digest is kept.
 *
 * @param digest hex SHA-256 of what is asked for and of the key, so that one key can name one request of each kind
 */
record IdempotencyKey(String digest) {
    static final String HEADER = "Idempotency-Key";
    static final String SHAPE = "Wanted: at most one Idempotency-Key, of 1 to 255 visible ASCII characters";

    private static final Pattern VISIBLE = Pattern.compile("[!-~]{1,255}");

    /**
     * The key of a request, if it has one.
     *
     * @param header every value that the request has
     * @throws VaultRefusal.BadRequest if there are several, or it has another shape
     */
    static Optional<IdempotencyKey> of(AuditAction action, List<String> header) {
        if (header.isEmpty()) {
            return Optional.empty();
        }
        var key = header.get(0);
        if (header.size() > 1 || !VISIBLE.matcher(key).matches()) {
            throw new VaultRefusal.BadRequest(SHAPE);
        }
        return Optional.of(new IdempotencyKey(digest(action.word() + ':' + key)));
    }

    private static String digest(String text) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(text.getBytes(US_ASCII)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }
}
