package how.mana.auth.transit;

import how.mana.auth.crypto.KekRefusedException;
import java.net.URI;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Where the transit engine is and who asks it.
 *
 * @param address {@code MANA_AUTH_KEK_TRANSIT_ADDR}: the URL of the server; {@code http} for this machine only
 * @param token {@code MANA_AUTH_KEK_TRANSIT_TOKEN}: may update {@code decrypt/{key}} of the mount
 * @param key {@code MANA_AUTH_KEK_TRANSIT_KEY}: the name of the engine's key
 * @param mount {@code MANA_AUTH_KEK_TRANSIT_MOUNT}: where the engine is mounted
 * @param namespace {@code MANA_AUTH_KEK_TRANSIT_NAMESPACE}, for servers that have them
 */
public record TransitSettings(String address, String token, String key, String mount, Optional<String> namespace) {
    private static final String PREFIX = "MANA_AUTH_KEK_TRANSIT_";
    private static final String NAME = "[A-Za-z0-9_-][A-Za-z0-9_.-]*";
    private static final Pattern KEY = Pattern.compile(NAME);
    private static final Pattern PATH = Pattern.compile(NAME + "(/" + NAME + ")*/?");
    private static final Pattern ADDRESS = Pattern.compile("https?://[A-Za-z0-9\\-._~:/\\[\\]%]+");
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    /** @throws KekRefusedException if one of them cannot be what it should; nothing of it is repeated */
    public TransitSettings {
        require(ADDRESS.matcher(address).matches(), "ADDR must be a URL such as https://vault.example:8200");
        require(TOKEN.matcher(token).matches(), "TOKEN is no token: it has no spaces and no line breaks");
        require(KEY.matcher(key).matches(), "KEY must be the name of a transit key");
        require(PATH.matcher(mount).matches(), "MOUNT must be the path of a transit engine, such as transit");
        require(namespace.stream().allMatch(path -> PATH.matcher(path).matches()), "NAMESPACE must be a path");
        var uri = uri(address);
        require(
                "https".equals(uri.getScheme()) || LOOPBACK.contains(uri.getHost()),
                "ADDR must begin with https://: what the engine opens would cross the network in the clear");
    }

    private static URI uri(String address) {
        try {
            var uri = URI.create(address);
            require(uri.getHost() != null, "ADDR names no host");
            return uri;
        } catch (IllegalArgumentException e) {
            throw new KekRefusedException(PREFIX + "ADDR is no URL");
        }
    }

    private static void require(boolean holds, String otherwise) {
        if (!holds) {
            throw new KekRefusedException(PREFIX + otherwise);
        }
    }

    /** Whether what the engine opens travels in the clear, on this machine. */
    public boolean isInTheClear() {
        return "http".equals(URI.create(address).getScheme());
    }

    /** @param verb {@code encrypt} or {@code decrypt} */
    URI url(String verb) {
        return URI.create(withoutSlash(address) + "/v1/" + withoutSlash(mount) + "/" + verb + "/" + key);
    }

    private static String withoutSlash(String path) {
        return path.endsWith("/") ? path.substring(0, path.length() - 1) : path;
    }

    @Override
    public String toString() {
        return "TransitSettings[" + url("…") + "]";
    }
}
