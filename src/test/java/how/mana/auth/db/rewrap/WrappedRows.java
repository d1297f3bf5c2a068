package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KeyCheckValue;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.Rings;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.keks.KekActivation;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.schema.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.stream.IntStream;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Vaults of a test, wrapped as services wrapped them at some time, and the KEKs {@code env-v1}, {@code env-v2}, … for them. */
public final class WrappedRows {
    private static final String INSERT = """
            INSERT INTO auth.encryption_vaults
                   (user_id, wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value)
            VALUES (?, ?, ?, ?, ?, ?, ?)
            """;

    private final TestDatabase database;
    private final SecureRandom random = new SecureRandom();

    public WrappedRows(TestDatabase database) {
        this.database = database;
    }

    /** A ring without orders, as a process has it that just began. */
    public static KekRing ring(int wanted, int... fills) {
        var keks = Arrays.stream(fills).mapToObj(WrappedRows::kek).toList();
        return KekRing.of(keks, id(wanted), new SecureRandom());
    }

    /** A ring whose KEK of the id {@code other} is not the one that wrapped. */
    public static KekRing ringOfOtherBytes(int other, int fill) {
        var another = Kek.takeOwnershipOf(id(other), bytes(100 + other));
        return KekRing.of(List.of(another, kek(fill)), id(fill), new SecureRandom());
    }

    public static KekId id(int fill) {
        return new KekId("env-v" + fill);
    }

    private static Kek kek(int fill) {
        return Kek.takeOwnershipOf(id(fill), bytes(fill));
    }

    private static byte[] bytes(int fill) {
        var bytes = new byte[KeyMaterial.LENGTH];
        Arrays.fill(bytes, (byte) fill);
        return bytes;
    }

    /** Makes a KEK the active one. */
    public void activate(int fill) throws SQLException {
        try (var app = database.connectAsApp()) {
            var ring = ring(fill, fill);
            KekRegistry.announce(app, ring, id(fill));
            KekActivation.of(app, ring, id(fill));
        }
    }

    /** The master key that the vault of {@code user} has: another one for each. */
    public static byte[] masterKey(String user) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Vaults of the active KEK: {@code prefix-0} and so on. */
    public void vaults(String prefix, int count, int fill) throws SQLException {
        var ring = Rings.ready(ring(fill, fill));
        try (var admin = database.connectAsAdmin()) {
            admin.setAutoCommit(false);
            for (var user :
                    IntStream.range(0, count).mapToObj(i -> prefix + "-" + i).toList()) {
                try (var key = KeyMaterial.takeOwnershipOf(masterKey(user))) {
                    store(admin, user, ring.wrap(key, WrapContext.masterKeyOf(user, 1)), KeyCheckValue.of(key, user));
                }
            }
            admin.commit();
        }
    }

    /** A vault as the old service left it: nothing binds its wrap, and there is no check value. */
    public void oldVault(String user, int fill) throws SQLException {
        var nonce = new byte[12];
        random.nextBytes(nonce);
        try (var admin = database.connectAsAdmin()) {
            Jdbc.execute(admin, "SET session_replication_role = replica");
            var cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(bytes(fill), "AES"), new GCMParameterSpec(128, nonce));
            var base64 = Base64.getEncoder();
            store(
                    admin,
                    user,
                    new WrappedKey(
                            1,
                            id(fill),
                            base64.encodeToString(nonce),
                            base64.encodeToString(cipher.doFinal(masterKey(user)))),
                    null);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void store(Connection admin, String user, WrappedKey wrapped, byte @Nullable [] checkValue)
            throws SQLException {
        Jdbc.update(
                admin, "INSERT INTO auth.users (id, name, email) VALUES (?, ?, ?)", user, user, user + "@example.org");
        try (var insert = admin.prepareStatement(INSERT)) {
            insert.setString(1, user);
            insert.setString(2, wrapped.ciphertext());
            insert.setString(3, wrapped.nonce());
            insert.setInt(4, wrapped.format());
            insert.setString(5, wrapped.kekId().value());
            insert.setLong(6, 1);
            insert.setBytes(7, checkValue);
            insert.executeUpdate();
        }
    }

    /** How many vaults open under {@code fill} alone, in format 2, to the key they should have. */
    public long opening(int fill) throws SQLException {
        var ring = Rings.ready(ring(fill, fill));
        try (var admin = database.connectAsAdmin()) {
            var rows =
                    Jdbc.rows(admin, StoredWrap::read, WrapTable.VAULTS.after("format_version = 2"), "", 0L, 1_000_000);
            return rows.stream().filter(row -> opens(row, ring)).count();
        }
    }

    private static boolean opens(StoredWrap row, KekRing ring) {
        try (var key = row.open(WrapTable.VAULTS, ring);
                var wanted = KeyMaterial.takeOwnershipOf(masterKey(row.owner()))) {
            return row.checkValue() != null && key.sameAs(wanted);
        } catch (StoredWrap.DoesNotOpenException doesNot) {
            return false;
        }
    }

    /** Each KEK and how many keys it wraps. */
    public List<String> byKek() throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return WrapTables.byKek(admin).entrySet().stream()
                    .map(entry -> entry.getKey() + " " + entry.getValue())
                    .toList();
        }
    }
}
