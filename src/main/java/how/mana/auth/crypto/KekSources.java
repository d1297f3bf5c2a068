package how.mana.auth.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Optional;

/**
 * Reads the KEKs the operator configured and makes them a ring, or refuses to: a service that starts with the wrong KEK
 * writes wraps nobody can open later. Meant for the boot; it reads files and blocks.
 */
public final class KekSources {
    static final String HOW_TO_MAKE = "Make a new key with: openssl rand -base64 32";

    private static final String VALUE = "MANA_AUTH_KEK";
    private static final String FILE = "MANA_AUTH_KEK_FILE";
    private static final String DIRECTORY = "MANA_AUTH_KEK_DIR";
    private static final String ACTIVE = "MANA_AUTH_KEK_ID";

    private final KekSettings settings;
    private final FoundKeks found;

    private KekSources(KekSettings settings, FoundKeks found) {
        this.settings = settings;
        this.found = found;
    }

    /**
     * The ring that the settings describe.
     *
     * @param usesDevKek whether a KEK in it is one that anybody can guess: the 32 zero bytes taken when nothing was
     *     configured, or a configured key of equal bytes. Never so in production; elsewhere the caller warns, loudly
     */
    public record Loaded(KekRing ring, boolean usesDevKek) {}

    /**
     * Reads every source of {@code settings}.
     *
     * @param random draws the nonces of the ring
     * @throws KekRefusedException if the sources do not make a ring; the keys read so far are wiped
     */
    public static Loaded load(KekSettings settings, SecureRandom random) {
        var found = new FoundKeks(settings.production());
        try {
            return new KekSources(settings, found).read(random);
        } catch (RuntimeException refused) {
            found.close();
            throw refused;
        }
    }

    private Loaded read(SecureRandom random) {
        KekId active = activeId();
        settings.kek().ifPresent(this::readValue);
        settings.kekFile().ifPresent(file -> readFile(KekId.DEFAULT, file, FILE));
        settings.directory().ifPresent(this::readDirectory);
        if (found.ids().isEmpty()) {
            useDevKek();
        }
        if (!found.ids().contains(active)) {
            throw new KekRefusedException(ACTIVE + " wants the KEK " + active + " (default " + KekId.DEFAULT
                    + ") for writing, but the configured ones are " + found.ids() + ". Set it to one of them, or add "
                    + active + " to " + DIRECTORY);
        }
        return new Loaded(found.ring(active, random), found.anyGuessable());
    }

    private KekId activeId() {
        String id = settings.activeId().orElse(KekId.DEFAULT.value());
        if (!KekId.isValid(id)) { // not echoed: it may be a key in the wrong variable
            throw new KekRefusedException(
                    ACTIVE + " is no KEK id: use 1 to 255 of A-Z a-z 0-9 . _ : / - and no dot or slash in front, like "
                            + KekId.DEFAULT);
        }
        return new KekId(id);
    }

    private void readValue(String text) {
        found.add(KekId.DEFAULT, CanonicalBase64.decode(text, KeyMaterial.LENGTH), VALUE);
    }

    private void readFile(KekId id, Path file, String variable) {
        String source = variable + " (" + shown(file) + ")";
        try {
            found.add(id, KekFile.read(file), source);
        } catch (IOException e) {
            throw unreadable(source, e);
        }
    }

    private void readDirectory(Path directory) {
        String source = DIRECTORY + " (" + shown(directory) + ")";
        List<Path> entries = visibleEntries(directory, source);
        if (entries.isEmpty()) {
            throw new KekRefusedException(source + " holds no key. Put one file per KEK there, named as its id");
        }
        entries.forEach(this::readEntry);
    }

    /** Kubernetes keeps the versions of a mounted secret in dot-directories beside the links to the current one. */
    private static List<Path> visibleEntries(Path directory, String source) {
        try (var entries = Files.list(directory)) {
            return entries.filter(entry -> !nameOf(entry).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw unreadable(source, e);
        }
    }

    private void readEntry(Path entry) {
        if (!KekId.isValid(nameOf(entry)) || !Files.isRegularFile(entry)) {
            throw new KekRefusedException(DIRECTORY + " holds " + entry
                    + ", which is not a file named as a KEK id (A-Z a-z 0-9 . _ : -). Move it elsewhere");
        }
        readFile(new KekId(nameOf(entry)), entry, DIRECTORY);
    }

    private void useDevKek() {
        if (settings.production()) {
            throw new KekRefusedException(
                    "No KEK. Set " + VALUE + ", " + FILE + " or " + DIRECTORY + ". " + HOW_TO_MAKE);
        }
        found.add(KekId.DEFAULT, Optional.of(new byte[KeyMaterial.LENGTH]), "the development default");
    }

    private static String nameOf(Path entry) {
        return entry.getFileName().toString();
    }

    /** Base64 of 32 bytes ends with "=" and paths do not: a key set where a path belongs must not reach the log. */
    private static String shown(Path path) {
        return path.toString().endsWith("=") ? "its value looks like a key, not like a path" : path.toString();
    }

    /** Without the cause: its message repeats the path. */
    private static KekRefusedException unreadable(String source, IOException e) {
        return new KekRefusedException(source + " cannot be read: "
                + e.getClass().getSimpleName() + ". Check that it exists and that the service may read it");
    }
}
