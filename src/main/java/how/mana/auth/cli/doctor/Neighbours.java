package how.mana.auth.cli.doctor;

import how.mana.auth.cli.Operation;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Whether somebody listens where the service calls. It says nothing there: a key belongs into no probe. */
final class Neighbours implements Check {
    private static final int PATIENCE_MILLIS = 2_000;
    private static final int HTTPS = 443;
    private static final int HTTP = 80;

    /** What is called even if nothing is configured, and where. */
    private static final Map<String, String> DEFAULTS = defaults();

    private static final List<String> OTHERS = List.of("AUTH_JWKS_URL", "MANA_AUTH_KEK_TRANSIT_ADDR");

    private static Map<String, String> defaults() {
        var urls = new LinkedHashMap<String, String>();
        urls.put("MANA_NOTIFY_URL", "http://localhost:3013");
        urls.put("MANA_CREDITS_URL", "http://localhost:3061");
        urls.put("MANA_MAIL_URL", "http://localhost:3042");
        return urls;
    }

    @Override
    public String name() {
        return "network";
    }

    @Override
    public List<Finding> look(Operation operation) {
        var findings = new ArrayList<Finding>();
        DEFAULTS.forEach((variable, fallback) -> findings.add(
                operation.value(variable).map(url -> set(variable, url)).orElseGet(() -> unset(variable, fallback))));
        OTHERS.forEach(variable ->
                operation.value(variable).map(url -> set(variable, url)).ifPresent(findings::add));
        return findings;
    }

    private static Finding set(String variable, String url) {
        return listens(url)
                ? Finding.ok(variable + ": somebody listens there")
                : Finding.fail(variable + ": nobody listens there within 2 s: start it, or correct the URL");
    }

    private static Finding unset(String variable, String fallback) {
        return listens(fallback)
                ? Finding.ok(variable + " is not set, and somebody listens at " + fallback)
                : Finding.warn(variable + " is not set, and nobody listens at " + fallback + ": set it");
    }

    private static boolean listens(String url) {
        try (var socket = new Socket()) {
            var uri = URI.create(url);
            var port = uri.getPort() > 0 ? uri.getPort() : "https".equals(uri.getScheme()) ? HTTPS : HTTP;
            socket.connect(new InetSocketAddress(String.valueOf(uri.getHost()), port), PATIENCE_MILLIS);
            return true;
        } catch (IOException | IllegalArgumentException e) { // no such host, no such URL
            return false;
        }
    }
}
