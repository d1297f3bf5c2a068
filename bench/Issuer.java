import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;

/**
 * An identity provider for one run of the benchmark: signs a token for every user, publishes its key on a free port of
 * loopback until it is ended.
 *
 * <p>{@code java Issuer.java <directory>} reads user ids from the lines of {@code users} there, and writes {@code tokens},
 * one line for each of them, and then {@code issuer.port}.
 */
final class Issuer {
    private static final String ISSUER = "https://issuer.bench";
    private static final String KID = "bench-1";
    private static final long LIFETIME_SECONDS = 24 * 3600;
    private static final Base64.Encoder BASE64URL = Base64.getUrlEncoder().withoutPadding();

    public static void main(String... args) throws IOException, GeneralSecurityException {
        var directory = Path.of(args[0]);
        var keys = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();

        var tokens = Files.readAllLines(directory.resolve("users")).parallelStream()
                .map(user -> token(user, keys.getPrivate()))
                .toList();
        Files.write(directory.resolve("tokens"), tokens);

        var port = serve(jwks(keys.getPublic()).getBytes(StandardCharsets.UTF_8));
        var unfinished = Files.writeString(directory.resolve("issuer.port.new"), Integer.toString(port));
        Files.move(unfinished, directory.resolve("issuer.port"), StandardCopyOption.ATOMIC_MOVE);
    }

    /** The claims of the service's own tokens, save the session, which an external issuer does not know. */
    private static String token(String user, PrivateKey key) {
        var now = Instant.now().getEpochSecond();
        var input = encoded("{\"alg\":\"EdDSA\",\"typ\":\"JWT\",\"kid\":\"%s\"}".formatted(KID))
                + "."
                + encoded(
                        """
                        {"sub":"%s","email":"%s@bench.test","role":"user","tier":"public","iss":"%s","aud":"mana",\
                        "iat":%d,"exp":%d}""".formatted(user, user, ISSUER, now, now + LIFETIME_SECONDS));
        try {
            var signer = Signature.getInstance("Ed25519");
            signer.initSign(key);
            signer.update(input.getBytes(StandardCharsets.US_ASCII));
            return input + "." + BASE64URL.encodeToString(signer.sign());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JDK does not sign with Ed25519", e);
        }
    }

    private static String jwks(PublicKey key) {
        // The X.509 encoding of an Ed25519 key ends in its 32 bytes (RFC 8410, section 4).
        var encoded = key.getEncoded();
        var x = BASE64URL.encodeToString(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
        return "{\"keys\":[{\"kty\":\"OKP\",\"crv\":\"Ed25519\",\"alg\":\"EdDSA\",\"use\":\"sig\",\"kid\":\"%s\",\"x\":\"%s\"}]}"
                .formatted(KID, x);
    }

    private static int serve(byte[] jwks) throws IOException {
        var server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/jwks", exchange -> {
            try (exchange) {
                exchange.getResponseHeaders().set("Content-Type", "application/json");
                exchange.sendResponseHeaders(200, jwks.length);
                exchange.getResponseBody().write(jwks);
            }
        });
        server.start();
        return server.getAddress().getPort();
    }

    private static String encoded(String json) {
        return BASE64URL.encodeToString(json.getBytes(StandardCharsets.UTF_8));
    }
}
