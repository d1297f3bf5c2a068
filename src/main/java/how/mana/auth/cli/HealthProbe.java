package how.mana.auth.cli;

import java.io.IOException;
import java.io.PrintStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;

/**
 * Asks the service on this machine whether it is ready: the command {@code health}, for images in which there is neither a
 * shell nor {@code curl}. Needs the port and no more: no framework, no database, no secret.
 */
public final class HealthProbe {
    private static final int TIMEOUT_MILLIS = 2_000;

    private final int port;
    private final PrintStream out;

    /** @param port where the service listens */
    public HealthProbe(int port) {
        this(port, System.out);
    }

    HealthProbe(int port, PrintStream out) {
        this.port = port;
        this.out = out;
    }

    /** @return the exit code: 0 if the service is ready to serve */
    public int run() {
        try {
            var status = status();
            out.println(status == HttpURLConnection.HTTP_OK ? "ready" : "not ready: it answers " + status);
            return status == HttpURLConnection.HTTP_OK ? Commands.DONE : Commands.FAILED;
        } catch (IOException noAnswer) {
            out.println("not ready: " + noAnswer.getMessage());
            return Commands.FAILED;
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
