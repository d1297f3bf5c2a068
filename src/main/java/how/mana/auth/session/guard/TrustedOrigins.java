package how.mana.auth.session.guard;

import how.mana.auth.session.SessionConfig;
import how.mana.auth.token.TokenConfig;
import jakarta.inject.Singleton;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The origins (RFC 6454) whose pages may act with our cookie, and to which links of ours may lead. */
@Singleton
public class TrustedOrigins {
    private final Set<String> origins;

    TrustedOrigins(TokenConfig token, SessionConfig config) {
        this.origins = Stream.concat(Stream.of(token.issuer()), config.trustedOrigins().stream())
                .flatMap(url -> originOf(url).stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Whether {@code url}'s origin is trusted: the value of an Origin header, or a URL with a path. */
    public boolean trust(String url) {
        return originOf(url).filter(origins::contains).isPresent();
    }

    /** Whether a link may lead to {@code target}: a path on our own host, or a URL whose origin is trusted. */
    public boolean mayLeadTo(String target) {
        return isPath(target) || trust(target);
    }

    /** A path only, for every browser: they read {@code //} and {@code \} as the beginning of a host, and drop control characters. */
    private static boolean isPath(String target) {
        return target.startsWith("/")
                && !target.startsWith("//")
                && target.chars().noneMatch(c -> c == '\\' || c <= ' ' || c == 0x7f);
    }

    private static Optional<String> originOf(String url) {
        try {
            var parsed = new URI(url);
            return parsed.getScheme() == null || parsed.getHost() == null || parsed.getRawUserInfo() != null
                    ? Optional.empty()
                    : Optional.of(origin(parsed)).filter(origin -> origin.startsWith("http"));
        } catch (URISyntaxException noUrl) {
            return Optional.empty();
        }
    }

    private static String origin(URI url) {
        var scheme = url.getScheme().toLowerCase(Locale.ROOT);
        var usual = url.getPort() == -1 || url.getPort() == ("https".equals(scheme) ? 443 : 80);
        return scheme + "://" + url.getHost().toLowerCase(Locale.ROOT) + (usual ? "" : ":" + url.getPort());
    }
}
