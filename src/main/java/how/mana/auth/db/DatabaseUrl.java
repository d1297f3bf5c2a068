package how.mana.auth.db;

import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Where a database is and who logs in there, as {@code postgresql://role:password@host:port/database?sslmode=…&sslrootcert=…}
 * says it. Each part is percent-decoded. Other query parameters are ignored. Neither {@link #toString} nor any refusal
 * repeats the password.
 *
 * @param host without the brackets of an IPv6 address
 * @param sslRootCert path of a PEM file with the certificates that may sign the server's
 */
public record DatabaseUrl(
        String role,
        String password,
        String host,
        int port,
        String database,
        Optional<String> sslMode,
        Optional<String> sslRootCert) {

    private static final int DEFAULT_PORT = 5432;
    private static final Set<String> SSL_MODES =
            Set.of("disable", "allow", "prefer", "require", "verify-ca", "verify-full");

    /** @throws IllegalArgumentException naming what is wrong, never the password */
    public static DatabaseUrl parse(String url) {
        var scheme = url.indexOf("://");
        if (scheme < 0 || !Set.of("postgresql", "postgres").contains(url.substring(0, scheme))) {
            throw refused("does not start with postgresql://");
        }
        var rest = url.substring(scheme + 3);
        var query = "";
        var question = rest.indexOf('?');
        if (question >= 0) {
            query = rest.substring(question + 1);
            rest = rest.substring(0, question);
        }
        var at = rest.lastIndexOf('@');
        if (at < 0) {
            throw refused("names no role");
        }
        var credentials = rest.substring(0, at);
        var colon = credentials.indexOf(':');
        var role = decoded("role", colon < 0 ? credentials : credentials.substring(0, colon));
        var password = colon < 0 ? "" : decoded("password", credentials.substring(colon + 1));
        var address = rest.substring(at + 1);
        var slash = address.indexOf('/');
        if (slash < 0) {
            throw refused("names no database");
        }
        var parameters = parametersOf(query);
        var server = address.substring(0, slash);
        return new DatabaseUrl(
                required("role", role),
                password,
                required("host", hostOf(server)),
                portOf(server),
                required("database", decoded("database", address.substring(slash + 1))),
                Optional.ofNullable(parameters.get("sslmode")).map(DatabaseUrl::knownSslMode),
                Optional.ofNullable(parameters.get("sslrootcert")));
    }

    /** The same place, where the role of {@code other} logs in. */
    public DatabaseUrl as(DatabaseUrl other) {
        return new DatabaseUrl(other.role, other.password, host, port, database, sslMode, sslRootCert);
    }

    /** For the JDBC driver. Without role and password: those go beside it. */
    public String jdbcUrl() {
        var ssl = new StringBuilder();
        sslMode.ifPresent(mode -> ssl.append("?sslmode=").append(mode));
        sslRootCert.ifPresent(path ->
                ssl.append(ssl.length() == 0 ? '?' : '&').append("sslrootcert=").append(encoded(path)));
        return "jdbc:" + serverUrl() + ssl;
    }

    /**
     * For the reactive driver. Without role and password, and without {@code sslrootcert}, which that driver takes as an
     * option and would send to the server if it stood here.
     */
    public String reactiveUrl() {
        return serverUrl() + sslMode.map(mode -> "?sslmode=" + mode).orElse("");
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "postgresql://" + encoded(role) + "@" + bracketed(host) + ":" + port + "/" + encoded(database);
    }

    private String serverUrl() {
        return "postgresql://" + bracketed(host) + ":" + port + "/" + encoded(database);
    }

    private static String hostOf(String server) {
        if (server.startsWith("[")) {
            var end = server.indexOf(']');
            if (end < 0) {
                throw refused("has an IPv6 address without its closing bracket");
            }
            return server.substring(1, end);
        }
        var colon = server.indexOf(':');
        return decoded("host", colon < 0 ? server : server.substring(0, colon));
    }

    private static int portOf(String server) {
        var colon = server.indexOf(':', Math.max(server.indexOf(']'), 0));
        if (colon < 0) {
            return DEFAULT_PORT;
        }
        var digits = server.substring(colon + 1);
        if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) < 1 || Integer.parseInt(digits) > 65535) {
            throw refused("has a port that is not a number from 1 to 65535");
        }
        return Integer.parseInt(digits);
    }

    private static Map<String, String> parametersOf(String query) {
        var parameters = new HashMap<String, String>();
        for (var parameter : query.split("&", -1)) {
            var equals = parameter.indexOf('=');
            var name = equals < 0 ? parameter : parameter.substring(0, equals);
            if (equals > 0 && (name.equals("sslmode") || name.equals("sslrootcert"))) {
                parameters.put(name, required(name, decoded(name, parameter.substring(equals + 1))));
            }
        }
        return parameters;
    }

    private static String knownSslMode(String mode) {
        if (!SSL_MODES.contains(mode)) {
            throw refused("has an unknown sslmode");
        }
        return mode;
    }

    private static String required(String what, String value) {
        if (value.isEmpty()) {
            throw refused("has an empty " + what);
        }
        return value;
    }

    private static String decoded(String what, String text) {
        var bytes = ByteBuffer.allocate(text.getBytes(StandardCharsets.UTF_8).length);
        for (var i = 0; i < text.length(); ) {
            if (text.charAt(i) != '%') {
                var codePoint = text.codePointAt(i);
                bytes.put(Character.toString(codePoint).getBytes(StandardCharsets.UTF_8));
                i += Character.charCount(codePoint);
                continue;
            }
            var hex = text.substring(Math.min(i + 1, text.length()), Math.min(i + 3, text.length()));
            if (!hex.matches("[0-9A-Fa-f]{2}") || hex.equals("00")) {
                throw refused("has a " + what + " with a % that is not followed by two hex digits (write % as %25)");
            }
            bytes.put((byte) Integer.parseInt(hex, 16));
            i += 3;
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            throw refused("has a " + what + " that is not UTF-8");
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static String bracketed(String host) {
        return host.contains(":") ? "[" + host + "]" : host;
    }

    private static IllegalArgumentException refused(String why) {
        return new IllegalArgumentException("The database URL " + why
                + "; expected postgresql://role:password@host:port/database with special characters percent-encoded");
    }
}
