package how.mana.auth.caller;

import io.vertx.core.http.HttpServerRequest;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which address a request came from. Every proxy appends the peer it saw to {@code X-Forwarded-For}, so only the last
 * {@code trustedProxies} entries were written by proxies of ours; anything before them is the client's own claim. With
 * none trusted the header counts for nothing and the socket's peer is the client.
 */
public final class ClientAddress {
    private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
    private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F:]{2,39}(?:[0-9.]{0,15})");

    private ClientAddress() {}

    /** @return the address as text without port or brackets; null where the connection has none (a Unix socket) */
    public static @Nullable String of(HttpServerRequest request, int trustedProxies) {
        var peer =
                request.remoteAddress() == null ? null : request.remoteAddress().hostAddress();
        return of(request.headers().getAll("X-Forwarded-For"), peer, trustedProxies);
    }

    static @Nullable String of(List<String> forwardedFor, @Nullable String peer, int trustedProxies) {
        if (trustedProxies == 0) {
            return peer;
        }
        var hops = forwardedFor.stream()
                .flatMap(line -> Stream.of(line.split(",", -1)))
                .map(ClientAddress::withoutPort)
                .toList();
        if (hops.isEmpty()) {
            return peer;
        }
        var claimed = hops.get(Math.max(0, hops.size() - trustedProxies));
        return isAddress(claimed) ? claimed : peer;
    }

    private static String withoutPort(String hop) {
        var text = hop.trim();
        if (text.startsWith("[") && text.indexOf(']') > 0) {
            return text.substring(1, text.indexOf(']'));
        }
        var colon = text.indexOf(':');
        return colon > 0 && colon == text.lastIndexOf(':') ? text.substring(0, colon) : text;
    }

    private static boolean isAddress(String text) {
        return IPV4.matcher(text).matches()
                || (text.indexOf(':') >= 0 && IPV6.matcher(text).matches());
    }
}
