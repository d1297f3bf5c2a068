package how.mana.auth.problem;

import java.time.Duration;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The error bodies that today's clients parse, one per part of the API (contract A1). Clients compare them byte for byte,
 * so they are never merged into one and the order of their members is fixed.
 */
public enum Envelope {
    /** {@code {statusCode, message, details?}}: refused tokens, service keys, and everything without a body of its own. */
    SERVICE {
        @Override
        Map<String, Object> body(Refusal refusal) {
            var body = new LinkedHashMap<String, Object>();
            body.put("statusCode", refusal.kind().status());
            body.put("message", refusal.sentence());
            if (SAYS_ITS_CODE.contains(refusal.kind())) {
                body.put("details", Map.of("code", refusal.code()));
            }
            return body;
        }
    },
    /** {@code {error: CODE, message, status, retryAfterSec?}}: the routes under {@code /api/v1/auth}. */
    AUTH {
        @Override
        Map<String, Object> body(Refusal refusal) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", refusal.code());
            body.put("message", refusal.sentence());
            body.put("status", refusal.kind().status());
            refusal.retryAfter().ifPresent(wait -> body.put("retryAfterSec", seconds(wait)));
            return body;
        }
    },
    /** {@code {error: text, code}}: the vault and mission grants. Clients read only {@code code}. */
    VAULT {
        @Override
        Map<String, Object> body(Refusal refusal) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", refusal.sentence());
            body.put("code", refusal.code());
            return body;
        }
    },
    /** {@code {error: text}}: the caller's profile and onboarding. */
    ROUTE_LOCAL {
        @Override
        Map<String, Object> body(Refusal refusal) {
            var body = new LinkedHashMap<String, Object>();
            body.put("error", refusal.sentence());
            if (SAYS_ITS_CODE.contains(refusal.kind())) {
                body.put("code", refusal.code());
            }
            return body;
        }
    },
    /** {@code {message, code?}}: the routes under {@code /api/auth}. */
    NATIVE {
        @Override
        Map<String, Object> body(Refusal refusal) {
            var body = new LinkedHashMap<String, Object>();
            body.put("message", refusal instanceof AuthRefusal known ? known.nativeSentence() : refusal.sentence());
            if (!refusal.nativeCode().isEmpty()) {
                body.put("code", refusal.nativeCode());
            }
            return body;
        }
    };

    /** Kinds that the old service never answered in envelopes without a code: there one is an addition, not a change. */
    private static final Set<Kind> SAYS_ITS_CODE =
            EnumSet.of(Kind.CONFLICT, Kind.PAYLOAD_TOO_LARGE, Kind.UNSUPPORTED_MEDIA_TYPE, Kind.UNAVAILABLE);

    abstract Map<String, Object> body(Refusal refusal);

    /** What this envelope's routes say for {@code refusal}: those that prove who somebody is have codes of their own. */
    Refusal inItsWords(Refusal refusal) {
        return this == AUTH || this == NATIVE ? AuthRefusal.classify(refusal) : refusal;
    }

    /** Whole seconds, rounded up: who waits that long waited long enough (RFC 9110 section 10.2.3). */
    static long seconds(Duration wait) {
        return wait.plusMillis(999).toSeconds();
    }

    /** The envelope that clients of {@code path} expect for a refusal of {@code kind}. */
    static Envelope of(String path, Kind kind) {
        if (isUnder(path, "/api/v1/auth")) {
            // Signing out has the native routes' rule of origins, and its words.
            return kind == Kind.FORBIDDEN && path.equals("/api/v1/auth/logout") ? NATIVE : AUTH;
        }
        if (isUnder(path, "/api/auth")) {
            return NATIVE;
        }
        // Elsewhere the token is checked before a route is reached and unforeseen failures after: both speak SERVICE.
        return kind == Kind.UNAUTHENTICATED || kind == Kind.INTERNAL ? SERVICE : ofCallersRoute(path);
    }

    private static Envelope ofCallersRoute(String path) {
        if (isUnder(path, "/api/v1/me/profile") || isUnder(path, "/api/v1/me/onboarding")) {
            return ROUTE_LOCAL;
        }
        return isUnder(path, "/api/v1/me/encryption-vault")
                        || isUnder(path, "/api/v1/me/ai-mission-grant")
                        || isUnder(path, "/api/v1/me/ai-audit")
                ? VAULT
                : SERVICE;
    }

    static boolean isUnder(String path, String root) {
        return path.startsWith(root) && (path.length() == root.length() || path.charAt(root.length()) == '/');
    }
}
