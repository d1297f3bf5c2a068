package how.mana.auth.token;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Optional;
import java.util.regex.Pattern;
import org.bouncycastle.math.ec.rfc8032.Ed25519;

/** One of our own signing keys, opened. Its seed is wiped by {@link #close}. */
final class SigningKey implements AutoCloseable {
    private static final String KID_ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    private static final int KID_LENGTH = 32;
    private static final Pattern KID = Pattern.compile("[A-Za-z0-9]{" + KID_LENGTH + "}");

    private volatile Stored stored;
    private final VerificationKey publicKey;
    private final KeyMaterial seed;

    private SigningKey(Stored stored, VerificationKey publicKey, KeyMaterial seed) {
        this.stored = stored;
        this.publicKey = publicKey;
        this.seed = seed;
    }

    /**
     * A key as its row holds it.
     *
     * @param publicJwk the public part as a JWK; anybody who can write the row can write this
     * @param wrapped the private part, which only the holder of a KEK can make for this {@code kid}
     */
    record Stored(String kid, String publicJwk, WrappedKey wrapped) {
        /** Empty for a row that was never written by this service. */
        static Optional<Stored> of(String kid, String publicJwk, String kekId, String nonce, String ciphertext) {
            return KekId.isValid(kekId) && KID.matcher(kid).matches()
                    ? Optional.of(new Stored(
                            kid, publicJwk, new WrappedKey(WrappedKey.FORMAT_2, new KekId(kekId), nonce, ciphertext)))
                    : Optional.empty();
        }

        private boolean publishes(VerificationKey derived) {
            return StrictJson.object(publicJwk.getBytes(StandardCharsets.UTF_8))
                    .map(jwk -> jwk.path("kty").asText().equals("OKP")
                            && jwk.path("crv").asText().equals("Ed25519")
                            && jwk.path("x").asText().equals(derived.x()))
                    .orElse(false);
        }
    }

    /**
     * Opens a stored key. Empty unless the private part opens as the signing key of this very name and derives the public
     * part beside it: that is what makes a row a key of ours.
     *
     * @throws KekUnavailableException if nobody can tell at the moment
     */
    static Optional<SigningKey> open(Stored stored, KekRing ring) {
        try {
            var seed = ring.unwrap(stored.wrapped(), WrapContext.tokenSigningKey(stored.kid()));
            var publicKey = derive(stored.kid(), seed);
            if (stored.publishes(publicKey)) {
                return Optional.of(new SigningKey(stored, publicKey, seed));
            }
            seed.close();
            return Optional.empty();
        } catch (UnwrapFailedException e) {
            return Optional.empty();
        }
    }

    /** Makes a key to be stored. */
    static Stored generate(KekRing ring, SecureRandom random) {
        var kid = newKid(random);
        try (var seed = KeyMaterial.random(random)) {
            var jwk = JsonNodeFactory.instance
                    .objectNode()
                    .put("crv", "Ed25519")
                    .put("kty", "OKP")
                    .put("x", derive(kid, seed).x());
            return new Stored(kid, jwk.toString(), ring.wrap(seed, WrapContext.tokenSigningKey(kid)));
        }
    }

    /** Whether this is what {@code row} opens to. */
    boolean isOf(Stored row) {
        return stored.equals(row);
    }

    /**
     * What {@code row} opens to, if its KEK changed and its key did not: this very object, because somebody may be signing
     * with it. Else as {@link #open}.
     */
    Optional<SigningKey> reopened(Stored row, KekRing ring) {
        return open(row, ring).map(fresh -> {
            if (!fresh.publicKey.equals(publicKey)) {
                return fresh;
            }
            fresh.close();
            stored = row;
            return this;
        });
    }

    /** Whether {@code row} says that it is this key; only its private part could prove that. */
    boolean isNamedBy(Stored row) {
        return stored.kid().equals(row.kid()) && stored.publicJwk().equals(row.publicJwk());
    }

    VerificationKey publicKey() {
        return publicKey;
    }

    /** BouncyCastle's function on the bare seed: its key object would keep a copy that nobody can wipe. */
    byte[] sign(byte[] message) {
        var signature = new byte[Ed25519.SIGNATURE_SIZE];
        return seed.lend(bytes -> {
            Ed25519.sign(bytes, 0, message, 0, message.length, signature, 0);
            return signature;
        });
    }

    @Override
    public void close() {
        seed.close();
    }

    private static VerificationKey derive(String kid, KeyMaterial seed) {
        var point = new byte[Ed25519.PUBLIC_KEY_SIZE];
        var x = seed.lend(bytes -> {
            Ed25519.generatePublicKey(bytes, 0, point, 0);
            return Base64Url.encode(point);
        });
        return VerificationKey.of(kid, x).orElseThrow();
    }

    private static String newKid(SecureRandom random) {
        var kid = new StringBuilder(KID_LENGTH);
        random.ints(KID_LENGTH, 0, KID_ALPHABET.length()).forEach(at -> kid.append(KID_ALPHABET.charAt(at)));
        return kid.toString();
    }
}
