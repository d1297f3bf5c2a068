package how.mana.auth.db.local;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The passwords of the local roles: random, made at the first start, readable by their owner only and never printed. The file
 * is in the form of libpq's password file, so {@code PGPASSFILE} can name it.
 */
final class LocalPasswords {
    static final String SUPERUSER = "postgres";
    static final String OWNER = "mana_auth_owner";
    static final String APP = "mana_auth_app";

    private static final String ANY_DATABASE = "127.0.0.1:*:*:";
    private static final int BYTES = 24;

    private final Map<String, String> byRole;

    private LocalPasswords(Map<String, String> byRole) {
        this.byRole = byRole;
    }

    static LocalPasswords create(Path file) throws IOException {
        SecureRandom random = new SecureRandom();
        Map<String, String> byRole = new TreeMap<>();
        for (String role : List.of(SUPERUSER, OWNER, APP)) {
            byte[] password = new byte[BYTES];
            random.nextBytes(password);
            byRole.put(role, HexFormat.of().formatHex(password));
        }
        OwnerOnly.write(
                file,
                byRole.entrySet().stream()
                        .map(entry -> ANY_DATABASE + entry.getKey() + ":" + entry.getValue())
                        .toList());
        return new LocalPasswords(byRole);
    }

    static LocalPasswords read(Path file) throws IOException {
        Map<String, String> byRole = new TreeMap<>();
        for (String line : Files.readAllLines(file, US_ASCII)) {
            String[] fields = line.split(":", -1);
            if (fields.length == 5) {
                byRole.put(fields[3], fields[4]);
            }
        }
        return new LocalPasswords(byRole);
    }

    String of(String role) {
        String password = byRole.get(role);
        if (password == null) {
            throw new LocalPostgresException("The local password file has no line for the role " + role);
        }
        return password;
    }
}
