package how.mana.auth.problem;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The error bodies that today's clients parse, one per part of the API (contract A1). Clients compare them byte for byte,
 * so they are never merged into one and the order of their members is fixed.
 */
public enum Envelope {
    /** {@code {statusCode, message, details?}}: refused tokens, service keys, and everything without a body of its own. */
    SERVICE {
        @Override
        Map<String, Object> body(Kind kind, String code, String sentence) {
            var body = new LinkedHashMap<String, Object>();
            body.put("statusCode", kind.status());
            body.put("message", sentence);
            if (SAYS_ITS_CODE.contains(kind)) {
                body.put("details", Map.of("code", code));
            }
            return body;
        }
    },
    /** {@code {error: CODE, message, status}}: the routes under {@code /api/v1/auth}. */
    AUTH {
        @Override
        Map<String, Object> body(Kind kind, String code, String sentence) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", code);
            body.put("message", sentence);
            body.put("status", kind.status());
            return body;
        }
    },
    /** {@code {error: text, code}}: the vault and mission grants. Clients read only {@code code}. */
    VAULT {
        @Override
        Map<String, Object> body(Kind kind, String code, String sentence) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", sentence);
            body.put("code", code);
            return body;
        }
    },
    /** {@code {message, code}}: the routes under {@code /api/auth}. */
    NATIVE {
        @Override
        Map<String, Object> body(Kind kind, String code, String sentence) {
            var body = new LinkedHashMap<String, Object>();
            body.put("message", sentence);
            body.put("code", code);
            return body;
        }
    };

    /** Kinds that the old service never answered in its service envelope: there a code is an addition, not a change. */
    private static final java.util.Set<Kind> SAYS_ITS_CODE =
            java.util.EnumSet.of(Kind.PAYLOAD_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE, Kind.UNAVAILABLE);

    abstract Map<String, Object> body(Kind kind, String code, String sentence);

    /** The envelope that clients of {@code path} expect for a refusal of {@code kind}. */
    static Envelope of(String path, Kind kind) {
        if (isUnder(path, "/api/v1/me/encryption-vault")
                || isUnder(path, "/api/v1/me/ai-mission-grant")
                || isUnder(path, "/api/v1/me/ai-audit")) {
            // The token is checked before these routes are reached and unforeseen failures after: both speak SERVICE.
            return kind == Kind.UNAUTHENTICATED || kind == Kind.INTERNAL ? SERVICE : VAULT;
        }
        if (isUnder(path, "/api/v1/auth")) {
            return AUTH;
        }
        return isUnder(path, "/api/auth") ? NATIVE : SERVICE;
    }

    static boolean isUnder(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }
}
