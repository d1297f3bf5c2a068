package how.mana.auth.crypto;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.SecretKey;

/**
 * One key-encryption key: an id and 256 raw bytes that wrap other keys and do nothing else. Wrapping is AES-256-GCM (NIST
 * SP 800-38D) with a fresh random 96-bit nonce (section 8.2.2) and a 128-bit tag. Section 8.3 allows 2<sup>32</sup> wraps
 * under one KEK before it must be rotated.
 *
 * <p>The service wraps and unwraps through {@link KekRing}. Safe for any number of threads.
 */
public final class Kek implements AutoCloseable {
    private static final byte[] FINGERPRINT_INFO = "mana-kek-fingerprint-v1".getBytes(US_ASCII);
    private static final int FINGERPRINT_LENGTH = 16;
    private static final byte[] NONE = {};

    private final KekId id;
    private final RawKey key;
    private final String fingerprint;

    private Kek(KekId id, byte[] key) {
        this.id = id;
        this.key = new RawKey("AES", key);
        this.fingerprint = HexFormat.of().formatHex(Hkdf.sha256(key, NONE, FINGERPRINT_INFO, FINGERPRINT_LENGTH));
    }

    /**
     * Makes {@code key} the live bytes of the KEK, without a copy: the caller gives the array away, and {@link #close}
     * will zero it.
     *
     * @throws IllegalArgumentException unless there are 32 bytes; they are wiped all the same
     */
    public static Kek takeOwnershipOf(KekId id, byte[] key) {
        if (key.length != KeyMaterial.LENGTH) {
            Arrays.fill(key, (byte) 0);
            throw new IllegalArgumentException("A KEK has " + KeyMaterial.LENGTH + " bytes");
        }
        return new Kek(id, key);
    }

    /** The name under which wraps remember this KEK. */
    public KekId id() {
        return id;
    }

    /**
     * Tells two KEKs apart without telling anything about them: lower-case hex of 16 bytes of HKDF-SHA-256 (RFC 5869)
     * of the KEK. Safe to store and to log, and still there after {@link #close}.
     */
    public String fingerprint() {
        return fingerprint;
    }

    /** Wraps {@code master} in format 2, bound to {@code context} and to this KEK's id. */
    WrappedKey wrap(KeyMaterial master, WrapContext context, SecureRandom random) {
        var live = liveKey();
        byte[] nonce = new byte[AesGcm.NONCE_LENGTH];
        random.nextBytes(nonce);
        byte[] aad = Aad.of(WrappedKey.FORMAT_2, context, id);
        byte[] ciphertext = master.lend(bytes -> AesGcm.encrypt(live, nonce, aad, bytes));
        var base64 = Base64.getEncoder();
        return new WrappedKey(WrappedKey.FORMAT_2, id, base64.encodeToString(nonce), base64.encodeToString(ciphertext));
    }

    /** @throws UnwrapFailedException if the wrap is not from this KEK, not for this context or not well-formed */
    KeyMaterial unwrap(WrappedKey wrapped, WrapContext context) {
        var live = liveKey();
        byte[] aad = aadOf(wrapped, context);
        byte[] nonce = decoded(wrapped.nonce(), AesGcm.NONCE_LENGTH);
        byte[] ciphertext = decoded(wrapped.ciphertext(), KeyMaterial.LENGTH + AesGcm.TAG_LENGTH);
        return KeyMaterial.takeOwnershipOf(AesGcm.decrypt(live, nonce, aad, ciphertext));
    }

    /** Format 1 is bound to nothing, so the id is compared here as well: a wrap says which KEK opens it. */
    private byte[] aadOf(WrappedKey wrapped, WrapContext context) {
        if (!wrapped.kekId().equals(id)) {
            throw new UnwrapFailedException();
        }
        return switch (wrapped.format()) {
            case WrappedKey.FORMAT_1 -> NONE;
            case WrappedKey.FORMAT_2 -> Aad.of(WrappedKey.FORMAT_2, context, id);
            default -> throw new UnwrapFailedException();
        };
    }

    private static byte[] decoded(String base64, int length) {
        return CanonicalBase64.decode(base64, length).orElseThrow(UnwrapFailedException::new);
    }

    private SecretKey liveKey() {
        if (key.isDestroyed()) {
            throw new IllegalStateException("The KEK was closed");
        }
        return key;
    }

    /** Wipes the KEK; wrapping or unwrapping with it throws {@link IllegalStateException} from here on. */
    @Override
    public void close() {
        key.destroy();
    }

    @Override
    public String toString() {
        return "Kek[" + id + ", fingerprint " + fingerprint + "]";
    }
}
