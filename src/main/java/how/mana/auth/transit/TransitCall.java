package how.mana.auth.transit;

import how.mana.auth.crypto.KekRefusedException;
import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;

/** One POST to the engine. A connection that does not come about is tried again, for nothing was said yet; nothing else is. */
final class TransitCall {
    private static final int MAX_ANSWER = 64 * 1024;
    private static final int ATTEMPTS = 3;
    private static final long PAUSE_MILLIS = 500;

    private static final Map<Integer, String> REASONS = Map.of(
            400, "refuses what it is asked: the file was made with another key, or that key version is gone",
            403, "refuses the token (403): it must be valid, and its policy allow update on this path",
            404, "has nothing there (404): check MANA_AUTH_KEK_TRANSIT_MOUNT and MANA_AUTH_KEK_TRANSIT_KEY",
            429, "is busy or a standby (429): give the address of an active node",
            503, "is sealed or in maintenance (503): unseal it and start again");

    private final TransitSettings settings;
    private final String verb;
    private final int patienceMillis;

    TransitCall(TransitSettings settings, String verb, Duration patience) {
        this.settings = settings;
        this.verb = verb;
        this.patienceMillis = (int) patience.toMillis();
    }

    /**
     * The body of the answer, if it was 200; the caller wipes it.
     *
     * @throws KekRefusedException for anything else, saying what to do about it
     */
    byte[] post(byte[] body) {
        try {
            var connection = connected(body.length);
            try {
                return exchange(connection, body);
            } finally {
                connection.disconnect();
            }
        } catch (SocketTimeoutException e) {
            throw refused("does not answer within " + patienceMillis + " ms");
        } catch (SSLException e) {
            throw refused("cannot be trusted: its certificate must be for this name and of an authority in the trust"
                    + " store of this process");
        } catch (IOException e) { // without its message, which may quote what was said
            throw refused("cannot be asked: " + e.getClass().getSimpleName());
        }
    }

    private HttpURLConnection connected(int length) throws IOException {
        for (var attempt = 1; ; attempt++) {
            var connection = open(length);
            try {
                connection.connect();
                return connection;
            } catch (IOException e) {
                if (e instanceof SSLException || attempt == ATTEMPTS) {
                    throw e;
                }
                pause();
            }
        }
    }

    private HttpURLConnection open(int length) throws IOException {
        // A proxy would see the token of a call to this machine.
        var connection = (HttpURLConnection) settings.url(verb).toURL().openConnection(Proxy.NO_PROXY);
        connection.setConnectTimeout(patienceMillis);
        connection.setReadTimeout(patienceMillis);
        // The token is for this server and for nobody it points at.
        connection.setInstanceFollowRedirects(false);
        connection.setRequestMethod("POST");
        connection.setDoOutput(true);
        // Known beforehand, nothing is buffered, and the JDK repeats nothing by itself.
        connection.setFixedLengthStreamingMode(length);
        connection.setRequestProperty("Content-Type", "application/json");
        connection.setRequestProperty("X-Vault-Request", "true");
        connection.setRequestProperty("X-Vault-Token", settings.token());
        settings.namespace().ifPresent(path -> connection.setRequestProperty("X-Vault-Namespace", path));
        return connection;
    }

    private byte[] exchange(HttpURLConnection connection, byte[] body) throws IOException {
        try (var out = connection.getOutputStream()) {
            out.write(body);
        }
        var status = connection.getResponseCode();
        if (status != HttpURLConnection.HTTP_OK) {
            throw refused(REASONS.getOrDefault(status, "answers " + status));
        }
        try (var in = connection.getInputStream()) {
            return read(in);
        }
    }

    /** As a whole no longer than it may be silent. */
    private byte[] read(InputStream in) throws IOException {
        var deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patienceMillis);
        byte[] answer = new byte[MAX_ANSWER + 1];
        try {
            var length = 0;
            for (var read = 0;
                    read >= 0 && length < answer.length;
                    read = in.read(answer, length, answer.length - length)) {
                length += read;
                if (System.nanoTime() > deadline) {
                    throw new SocketTimeoutException();
                }
            }
            if (length > MAX_ANSWER) {
                throw refused("answers more than " + MAX_ANSWER + " bytes");
            }
            return Arrays.copyOf(answer, length);
        } finally {
            Arrays.fill(answer, (byte) 0);
        }
    }

    private KekRefusedException refused(String why) {
        return new KekRefusedException("The transit engine at " + settings.url(verb) + " " + why);
    }

    private static void pause() throws IOException {
        try {
            TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
