package how.mana.auth.crypto;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A directory that holds one file per KEK, named as its id. */
public final class KekDirectory implements KekProvider {
    private final Path directory;
    private final String setting;

    KekDirectory(Path directory, String setting) {
        this.directory = directory;
        this.setting = setting;
    }

    @Override
    public void read(Taker taker) {
        entries(directory, setting).forEach(entry -> new KekFile(idOf(entry), entry, setting).read(taker));
    }

    /**
     * The files of a directory that are each named as a KEK id, in the order of their names.
     *
     * @param setting named the directory
     * @throws KekRefusedException if there is none, or anything else beside them
     */
    public static List<Path> entries(Path directory, String setting) {
        String source = KekFile.source(setting, directory);
        List<Path> entries = visibleEntries(directory, source);
        if (entries.isEmpty()) {
            throw new KekRefusedException(source + " holds no key. Put one file per KEK there, named as its id");
        }
        entries.forEach(entry -> requireKekFile(entry, setting));
        return entries;
    }

    /** Kubernetes keeps the versions of a mounted secret in dot-directories beside the links to the current one. */
    private static List<Path> visibleEntries(Path directory, String source) {
        try (var entries = Files.list(directory)) {
            return entries.filter(entry -> !nameOf(entry).startsWith("."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw KekFile.unreadable(source, e);
        }
    }

    private static void requireKekFile(Path entry, String setting) {
        if (!KekId.isValid(nameOf(entry)) || !Files.isRegularFile(entry)) {
            throw new KekRefusedException(setting + " holds " + entry
                    + ", which is not a file named as a KEK id (A-Z a-z 0-9 . _ : -). Move it elsewhere");
        }
    }

    /** The id that a file of such a directory is named as. */
    public static KekId idOf(Path entry) {
        return new KekId(nameOf(entry));
    }

    private static String nameOf(Path entry) {
        return entry.getFileName().toString();
    }
}
