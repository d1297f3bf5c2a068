package how.mana.auth.transit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekDirectory;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekProvider;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KeyMaterial;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Set;

/** The KEKs of a directory whose files only a transit engine can open: one file per KEK, named as its id. */
public final class TransitKeks implements KekProvider {
    /** Names the directory. */
    public static final String SETTING = "MANA_AUTH_KEK_TRANSIT_DIR";

    private static final int MAX_FILE = 4096;

    private final Transit transit;
    private final Path directory;

    /** @param directory holds the files */
    public TransitKeks(TransitSettings settings, Path directory) {
        this(new Transit(settings), directory);
    }

    TransitKeks(Transit transit, Path directory) {
        this.transit = transit;
        this.directory = directory;
    }

    @Override
    public void read(Taker taker) {
        for (var file : KekDirectory.entries(directory, SETTING)) {
            var source = SETTING + " (" + file + ")";
            var ciphertext = ciphertext(file, source);
            taker.take(KekDirectory.idOf(file), transit.decrypt(ciphertext, source), source);
        }
    }

    private static String ciphertext(Path file, String source) {
        try (var in = Files.newInputStream(file)) {
            var text = new String(in.readNBytes(MAX_FILE), US_ASCII).strip();
            if (!Transit.CIPHERTEXT.matcher(text).matches()) { // not shown: it may be a key in the wrong place
                throw new KekRefusedException(source + " must hold what a transit engine made of a KEK: vault:v1:…."
                        + " Make it with: mana-auth kek wrap-transit");
            }
            return text;
        } catch (IOException e) {
            throw new KekRefusedException(source + " cannot be read: "
                    + e.getClass().getSimpleName() + ". Check that the service may read it");
        }
    }

    /**
     * Makes a KEK that nobody has seen, and its file, which only its owner may read. Replaces nothing.
     *
     * @return its fingerprint
     * @throws KekRefusedException if there is such a file, or the engine or the disk does not do its part
     */
    public String create(KekId id, SecureRandom random) {
        var file = directory.resolve(id.value());
        if (!directory.equals(file.getParent())) {
            throw new KekRefusedException("The KEK's id is to name a file: no slash in it");
        }
        if (Files.exists(file)) { // asked again when it is written; here it saves the engine the work
            throw exists(file);
        }
        byte[] key = new byte[KeyMaterial.LENGTH];
        random.nextBytes(key);
        try (var kek = Kek.takeOwnershipOf(id, key)) { // which wipes it
            write(file, transit.encrypt(key));
            return kek.fingerprint();
        }
    }

    private static void write(Path file, String ciphertext) {
        var ownerOnly = PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));
        try (var out = Files.newByteChannel(
                file,
                Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, StandardOpenOption.SYNC),
                ownerOnly)) {
            out.write(ByteBuffer.wrap((ciphertext + "\n").getBytes(US_ASCII)));
        } catch (FileAlreadyExistsException e) {
            throw exists(file);
        } catch (IOException e) {
            throw new KekRefusedException(SETTING + " (" + file + ") cannot be written: "
                    + e.getClass().getSimpleName() + ". Make the directory, writable for this command");
        }
    }

    private static KekRefusedException exists(Path file) {
        return new KekRefusedException(SETTING + " (" + file + ") is there already; a KEK is never replaced");
    }
}
