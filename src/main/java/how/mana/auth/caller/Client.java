package how.mana.auth.caller;

import io.vertx.core.http.HttpServerRequest;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, whoever makes it.
 *
 * @param address as far as trusted proxies vouch for it; null where the connection has none
 * @param userAgent the User-Agent header, at most {@value Caller#MAX_USER_AGENT} characters; null if absent
 */
public record Client(@Nullable String address, @Nullable String userAgent) {
    private static final int GROUPS_OF_A_NETWORK = 4;
    private static final int GROUPS = 8;

    public Client {
        if (userAgent != null && userAgent.length() > Caller.MAX_USER_AGENT) {
            userAgent = userAgent.substring(0, Caller.MAX_USER_AGENT);
        }
    }

    public static Client of(HttpServerRequest request, CallerConfig config) {
        return new Client(ClientAddress.of(request, config.trustedProxies()), request.getHeader("User-Agent"));
    }

    /**
     * What limits are counted by: the address; of an IPv6 address the first 64 bits, because whoever has one such address has
     * all of its network. {@code unknown} where there is no address.
     */
    public String network() {
        if (address == null) {
            return "unknown";
        }
        return address.indexOf(':') < 0 || address.indexOf('.') >= 0 ? address : network(address);
    }

    private static String network(String ipv6) {
        var halves = ipv6.toLowerCase(Locale.ROOT).split("::", 2);
        var before = halves[0].isEmpty() ? new String[0] : halves[0].split(":");
        var after = halves.length < 2 || halves[1].isEmpty() ? new String[0] : halves[1].split(":");
        var network = new StringBuilder();
        for (var i = 0; i < GROUPS_OF_A_NETWORK; i++) {
            var fromEnd = i - (GROUPS - after.length);
            var group = i < before.length ? before[i] : fromEnd >= 0 && fromEnd < after.length ? after[fromEnd] : "0";
            network.append(group.replaceFirst("^0+(?=.)", "")).append(':');
        }
        return network.append(":/64").toString();
    }
}
