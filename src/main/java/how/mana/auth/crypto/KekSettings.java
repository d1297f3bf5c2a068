package how.mana.auth.crypto;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Where the KEKs come from. Blank text and blank paths count as not set.
 *
 * @param kek {@code MANA_AUTH_KEK}: the KEK {@code env-v1} itself, in base64
 * @param kekFile {@code MANA_AUTH_KEK_FILE}: a file that holds the same
 * @param directory {@code MANA_AUTH_KEK_DIR}: a directory with one such file per KEK, named as the KEK's id
 * @param others what holds further KEKs
 * @param activeId {@code MANA_AUTH_KEK_ID}: the KEK wished for to make new wraps; {@code env-v1} if not set
 * @param production whether a missing or guessable KEK is refused
 */
public record KekSettings(
        Optional<String> kek,
        Optional<Path> kekFile,
        Optional<Path> directory,
        List<KekProvider> others,
        Optional<String> activeId,
        boolean production) {
    public KekSettings {
        kek = kek.filter(text -> !text.isBlank());
        kekFile = kekFile.filter(path -> !path.toString().isBlank());
        directory = directory.filter(path -> !path.toString().isBlank());
        others = List.copyOf(others);
        activeId = activeId.filter(text -> !text.isBlank());
    }

    /** Says which sources are set, not what they hold: one of them is a key, and the others might be by mistake. */
    @Override
    public String toString() {
        return "KekSettings[kek %s, file %s, directory %s, others %d, id %s, production %s]"
                .formatted(set(kek), set(kekFile), set(directory), others.size(), set(activeId), production);
    }

    private static String set(Optional<?> source) {
        return source.isPresent() ? "set" : "not set";
    }
}
