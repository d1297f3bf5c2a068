package how.mana.auth.db.local;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Runs the programs of Postgres, which refuse to run as root. Root has two ways out: a user namespace of its own, in which it
 * is nobody special while its files stay its own, and, where namespaces are forbidden as in many containers, the user nobody.
 */
enum Unprivileged {
    ALREADY(),
    NAMESPACE("unshare", "--user"),
    NOBODY("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    private static final int NOBODY_ID = 65534;

    @SuppressWarnings("ImmutableEnumChecker") // List.of is
    private final List<String> prefix;

    Unprivileged(String... prefix) {
        this.prefix = List.of(prefix);
    }

    static Unprivileged detect() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return ALREADY;
        }
        for (Unprivileged way : List.of(NAMESPACE, NOBODY)) {
            if (way.canRun("true")) {
                return way;
            }
        }
        throw new LocalPostgresException(
                "Postgres does not run as root, and neither 'unshare --user' nor 'setpriv' works"
                        + " here; start the service as an ordinary user");
    }

    /** Hands a tree to the user the programs run as. */
    void give(Path root) throws IOException {
        if (this == NOBODY) {
            for (Path path : Trees.list(root)) {
                Files.setAttribute(path, "unix:uid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
                Files.setAttribute(path, "unix:gid", NOBODY_ID, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    /** Whether that user's way to the tree is open: a directory above it, such as {@code /root}, may be closed to nobody. */
    boolean canReach(Path path) {
        return this == ALREADY || canRun("test", "-r", path.toString());
    }

    private boolean canRun(String... command) {
        try {
            return execute(List.of(command)).exitCode() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }

    /** Runs a program to its end, without the caller's Postgres variables and locale. */
    Outcome execute(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().removeIf(name -> name.startsWith("PG"));
        environment.put("LC_ALL", "C");
        Process process = builder.start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            return new Outcome(process.waitFor(), output.strip());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while waiting for " + command.get(0), e);
        }
    }

    record Outcome(int exitCode, String output) {}
}
