package how.mana.auth.crypto;

import java.security.SecureRandom;
import java.util.stream.Stream;

/**
 * Reads the KEKs the operator configured and makes them a ring, or refuses to: a service that starts with the wrong KEK
 * writes wraps nobody can open later. Meant for the boot; it asks every
 * {@link KekProvider} and blocks.
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
        providers().forEach(provider -> provider.read(found));
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

    private Stream<KekProvider> providers() {
        return Stream.of(
                        settings.kek().map(text -> new KekVariable(VALUE, text)).stream(),
                        settings.kekFile().map(file -> new KekFile(KekId.DEFAULT, file, FILE)).stream(),
                        settings.directory().map(directory -> new KekDirectory(directory, DIRECTORY)).stream(),
                        settings.others().stream())
                .flatMap(providers -> providers);
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

    private void useDevKek() {
        if (settings.production()) {
            throw new KekRefusedException(
                    "No KEK. Set " + VALUE + ", " + FILE + " or " + DIRECTORY + ". " + HOW_TO_MAKE);
        }
        found.take(KekId.DEFAULT, new byte[KeyMaterial.LENGTH], "the development default");
    }
}
