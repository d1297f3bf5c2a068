package how.mana.auth.crypto;

import java.security.MessageDigest;
import java.util.HexFormat;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** The private part of an Ed25519 key (RFC 8032), on the bare seed: a key object would keep a copy that nobody can wipe. */
public final class SigningSeed implements AutoCloseable {
    /** Bytes of a public key. */
    public static final int PUBLIC_LENGTH = Ed25519.PUBLIC_KEY_SIZE;

    private final KeyMaterial seed;

    /** @param seed closed with this */
    public SigningSeed(KeyMaterial seed) {
        this.seed = seed;
    }

    /** The public part. */
    public byte[] publicKey() {
        var point = new byte[PUBLIC_LENGTH];
        return seed.lend(bytes -> {
            Ed25519.generatePublicKey(bytes, 0, point, 0);
            return point;
        });
    }

    /** The signature of {@code message}. */
    public byte[] sign(byte[] message) {
        var signature = new byte[Ed25519.SIGNATURE_SIZE];
        return seed.lend(bytes -> {
            Ed25519.sign(bytes, 0, message, 0, message.length, signature, 0);
            return signature;
        });
    }

    /** Whether the holder of {@code publicKey}'s private part signed {@code message}. */
    public static boolean signed(byte[] publicKey, byte[] message, byte[] signature) {
        return publicKey.length == PUBLIC_LENGTH
                && signature.length == Ed25519.SIGNATURE_SIZE
                && Ed25519.validatePublicKeyFull(publicKey, 0)
                && Ed25519.verify(signature, 0, publicKey, 0, message, 0, message.length);
    }

    /** Names a public key: hex SHA-256 of its bytes. */
    public static String fingerprint(byte[] publicKey) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(publicKey));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException("This runtime cannot do SHA-256", e);
        }
    }

    @Override
    public void close() {
        seed.close();
    }

    @Override
    public String toString() {
        return "SigningSeed[hidden]";
    }
}
