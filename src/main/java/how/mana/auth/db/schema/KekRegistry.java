package how.mana.auth.db.schema;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Compares the KEKs at hand with those the database remembers, by fingerprint. A key of the right id and the wrong bytes
 * would open nothing and wrap new keys that nobody else can open: it must not serve a single request.
 */
public final class KekRegistry {
    private static final int SAMPLES = 20;

    private static final String KNOWN = "SELECT id, fingerprint, state FROM auth.keks ORDER BY id";
    private static final String SAMPLE =
            "SELECT kind, owner, wrapped_mk, wrap_iv, format_version, key_generation FROM auth.kek_samples(?, ?)";

    private static final String RECORD = """
            INSERT INTO auth.keks (id, fingerprint, state) VALUES (?, ?, 'active')
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint WHERE keks.fingerprint IS NULL
            """;

    private static final Set<String> NEEDED = Set.of("active", "retiring");

    private KekRegistry() {}

    /**
     * @param lost ids that the operator declared lost: their rows stay closed and do not keep the service from starting
     * @throws KekRefusedException naming the id, both fingerprints and what to do
     */
    public static void require(Connection serving, KekRing keks, Set<KekId> lost) throws SQLException {
        var known = known(serving);
        requireNoneMissing(known, keks, lost);
        for (var id : keks.ids()) {
            // A key that wraps nothing yet and is not to write is only at hand: it is not recorded, so it can be taken
            // away.
            if (id.equals(keks.active())
                    || known.stream().anyMatch(kek -> kek.id().equals(id.value()))) {
                require(serving, keks, id, known);
            }
        }
    }

    private static void requireNoneMissing(List<Known> known, KekRing keks, Set<KekId> lost) {
        for (var kek : known) {
            if (NEEDED.contains(kek.state()) && !holds(keks, kek.id()) && !isDeclared(lost, kek.id())) {
                throw new KekRefusedException("The KEK " + kek.id() + " (fingerprint " + kek.fingerprint()
                        + ") wraps keys in this database and is not at hand. Put it into MANA_AUTH_KEK_DIR as a file of"
                        + " that name. If it is lost for good, start with MANA_AUTH_KEK_LOST=" + kek.id()
                        + ": its vaults then answer 503 KEK_UNAVAILABLE.");
            }
        }
    }

    private static void require(Connection serving, KekRing keks, KekId id, List<Known> known) throws SQLException {
        var ours = keks.fingerprint(id).orElseThrow();
        var recorded = fingerprintOf(id, known);
        if (recorded == null) {
            requireOpensSamples(serving, keks, id, ours);
            record(serving, id, ours);
            recorded = fingerprintOf(id, known(serving));
        }
        if (!ours.equals(recorded)) {
            throw new KekRefusedException("The KEK " + id + " at hand has fingerprint " + ours + ", but this database"
                    + " was used with one of fingerprint " + recorded
                    + ". Mount the KEK it was used with under that id,"
                    + " or give the new one an id of its own in MANA_AUTH_KEK_DIR and MANA_AUTH_KEK_ID.");
        }
    }

    /** An adopted database remembers no fingerprint: the rows themselves say whether this is their key. */
    private static void requireOpensSamples(Connection serving, KekRing keks, KekId id, String ours)
            throws SQLException {
        var samples = Jdbc.rows(
                serving,
                row -> new Sample(
                        context(row.getString("kind"), row.getString("owner"), row.getLong("key_generation")),
                        new WrappedKey(
                                row.getInt("format_version"),
                                id,
                                Objects.requireNonNullElse(row.getString("wrap_iv"), ""),
                                Objects.requireNonNullElse(row.getString("wrapped_mk"), ""))),
                SAMPLE,
                id.value(),
                SAMPLES);
        if (!samples.isEmpty() && samples.stream().noneMatch(sample -> opens(keks, sample))) {
            throw new KekRefusedException("The KEK " + id + " at hand (fingerprint " + ours + ") opens none of "
                    + samples.size() + " keys that this database says it wraps. Mount the KEK that wrapped them under"
                    + " that id.");
        }
    }

    private static WrapContext context(String kind, String owner, long generation) {
        return "master-key".equals(kind)
                ? WrapContext.masterKeyOf(owner, generation)
                : WrapContext.tokenSigningKey(owner);
    }

    private static boolean opens(KekRing keks, Sample sample) {
        try (var key = keks.unwrap(sample.wrapped(), sample.context())) {
            return true;
        } catch (UnwrapFailedException | KekUnavailableException doesNot) {
            return false;
        }
    }

    private static void record(Connection serving, KekId id, String fingerprint) throws SQLException {
        try (var statement = serving.prepareStatement(RECORD)) {
            statement.setString(1, id.value());
            statement.setString(2, fingerprint);
            statement.executeUpdate();
        }
    }

    private static List<Known> known(Connection serving) throws SQLException {
        return Jdbc.rows(
                serving,
                row -> new Known(row.getString("id"), row.getString("fingerprint"), row.getString("state")),
                KNOWN);
    }

    private static @Nullable String fingerprintOf(KekId id, List<Known> known) {
        return known.stream()
                .filter(kek -> kek.id().equals(id.value()))
                .findFirst()
                .map(Known::fingerprint)
                .orElse(null);
    }

    private static boolean holds(KekRing keks, String id) {
        return isDeclared(keks.ids(), id);
    }

    private static boolean isDeclared(Set<KekId> ids, String id) {
        return ids.stream().anyMatch(one -> one.value().equals(id));
    }

    /** @param fingerprint null until a key of this id has opened a sample */
    private record Known(String id, @Nullable String fingerprint, String state) {}

    private record Sample(WrapContext context, WrappedKey wrapped) {}
}
