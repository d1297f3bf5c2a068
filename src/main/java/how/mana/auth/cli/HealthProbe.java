package how.mana.auth.cli;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * Asks the service on this machine whether it is ready: the command {@code health}, for images in which there is neither a
 * shell nor {@code curl}. Needs the port and no more: no framework, no database, no secret.
 */
final class HealthProbe {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final int port;

    /** @param port where the service listens */
    HealthProbe(int port) {
        this.port = port;
    }

    /** @param text the same for a person */
    record Answer(boolean ready, String text) {}

    Answer ask() {
        try {
            var status = status();
            return status == HttpURLConnection.HTTP_OK
                    ? new Answer(true, "ready")
                    : new Answer(false, "not ready: it answers " + status);
        } catch (IOException noAnswer) {
            return new Answer(false, "not ready: " + noAnswer.getMessage());
        }
    }

    private int status() throws IOException {
        var ready = URI.create("http://127.0.0.1:" + port + "/q/health/ready").toURL();
        // A proxy would answer for itself.
        var connection = (HttpURLConnection) ready.openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(TIMEOUT_MILLIS);
        connection.setReadTimeout(TIMEOUT_MILLIS);
        try {
            return connection.getResponseCode();
        } finally {
            connection.disconnect();
        }
    }
}
