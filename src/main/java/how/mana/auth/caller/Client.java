package how.mana.auth.caller;

import io.vertx.core.http.HttpServerRequest;
import org.jspecify.annotations.Nullable;

/**
 * Where a request comes from, whoever makes it.
 *
 * @param address as far as trusted proxies vouch for it; null where the connection has none
 * @param userAgent the User-Agent header, at most {@value Caller#MAX_USER_AGENT} characters and none that controls; null if absent
 */
public record Client(@Nullable String address, @Nullable String userAgent) {
    public Client {
        userAgent = UserAgent.kept(userAgent);
    }

    public static Client of(HttpServerRequest request, CallerConfig config) {
        return new Client(ClientAddress.of(request, config.trustedProxies()), request.getHeader("User-Agent"));
    }

    /**
     * What limits are counted by: the address; of an IPv6 address the first 64 bits, because whoever has one such address has
     * all of its network. One that stands for an IPv4 address is that one. {@code unknown} where there is no address.
     */
    public String network() {
        return address == null ? "unknown" : NetworkKey.of(address);
    }
}
