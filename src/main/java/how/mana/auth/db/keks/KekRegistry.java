package how.mana.auth.db.keks;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRefusedException;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.jdbc.Jdbc;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/**
 * Compares the KEKs at hand with those the database remembers, by fingerprint. A key of the right id and the wrong bytes
 * would open nothing and wrap new keys that nobody else can open: it must not serve a single request.
 */
public final class KekRegistry {
    private static final int SAMPLES = 20;

    private static final String KNOWN = "SELECT id, fingerprint, state FROM auth.keks ORDER BY id";
    private static final String SAMPLE =
            "SELECT kind, owner, wrapped_mk, wrap_iv, format_version, key_generation FROM auth.kek_samples(?, ?)";

    private static final String ANNOUNCE = """
            INSERT INTO auth.keks (id, fingerprint, state) VALUES (?, ?, 'announced')
            ON CONFLICT (id) DO UPDATE SET fingerprint = excluded.fingerprint WHERE keks.fingerprint IS NULL
            """;

    private static final String DECLARE = "SELECT auth.declare_kek(?, ?)";
    private static final String ROWS = "SELECT auth.rows_of_kek(?)::text";

    private KekRegistry() {}

    /**
     * Requires every KEK that rows may need, announces the one that is wished for, and notes which are lost.
     *
     * @param lost ids that the operator declared lost: their rows stay closed and do not keep the service from starting
     * @throws KekRefusedException naming the id, the fingerprints and what to do
     */
    public static void require(Connection serving, KekRing ring, Set<String> lost) throws SQLException {
        declare(serving, ring, lost);
        var known = known(serving);
        requireNoneMissing(serving, known, ring);
        for (var kek : known) {
            if (holds(ring.ids(), kek)) {
                prove(serving, ring, new KekId(kek.id()), known);
            }
        }
        // One that is only at hand, and wraps nothing yet, is not recorded: it can be taken away again.
        announce(serving, ring, ring.wanted());
    }

    /**
     * Every KEK that ever wrapped or was announced, by id.
     *
     * @param connection of any role of ours
     */
    public static List<KnownKek> known(Connection connection) throws SQLException {
        return Jdbc.rows(
                connection,
                row -> new KnownKek(
                        row.getString("id"),
                        Optional.ofNullable(row.getString("fingerprint")),
                        KnownKek.State.of(row.getString("state"))),
                KNOWN);
    }

    /**
     * Makes {@code id} known, once it opens what rows say it wrapped. It wraps nothing yet.
     *
     * @throws KekRefusedException if the database knows another key by this id
     */
    public static void announce(Connection connection, KekRing ring, KekId id) throws SQLException {
        var known = known(connection);
        requireNew(ring, id, known);
        prove(connection, ring, id, known);
        if (isProven(id, known)) {
            return;
        }
        Jdbc.update(connection, ANNOUNCE, id.value(), ring.fingerprint(id).orElseThrow());
        requireSame(ring, id, known(connection));
    }

    /** One key under two ids would be counted twice by half. */
    private static void requireNew(KekRing ring, KekId id, List<KnownKek> known) {
        known.stream()
                .filter(kek -> !is(kek, id) && kek.fingerprint().equals(ring.fingerprint(id)))
                .findFirst()
                .ifPresent(twin -> {
                    throw new KekRefusedException("The KEK " + id + " has the same bytes as " + twin.id()
                            + ", which this database knows: make a new one");
                });
    }

    /**
     * Requires that every KEK at hand which the database knows is the one that it knows by this id.
     *
     * @throws KekRefusedException naming the id and both fingerprints
     */
    static void requireSame(Connection connection, KekRing ring) throws SQLException {
        var known = known(connection);
        for (var kek : known) {
            if (kek.fingerprint().isPresent() && holds(ring.ids(), kek)) {
                requireSame(ring, new KekId(kek.id()), known);
            }
        }
    }

    private static void declare(Connection serving, KekRing ring, Set<String> lost) throws SQLException {
        for (var kek : known(serving)) {
            var gone = lost.contains(kek.id());
            var held = holds(ring.ids(), kek);
            if (gone && !held && kek.isNeeded() || !gone && held && kek.state() == KnownKek.State.LOST) {
                Jdbc.isTrue(serving, DECLARE, kek.id(), gone);
            }
        }
    }

    private static void requireNoneMissing(Connection serving, List<KnownKek> known, KekRing ring) throws SQLException {
        for (var kek : known) {
            if (kek.isNeeded() && !holds(ring.ids(), kek)) {
                var rows = Jdbc.strings(serving, ROWS, kek.id()).get(0);
                throw new KekRefusedException("The KEK " + kek.id() + " (fingerprint "
                        + kek.fingerprint().orElse("not recorded") + ") wraps " + rows
                        + " keys in this database and is not at hand. Put it into MANA_AUTH_KEK_DIR as a file of"
                        + " that name. If it is lost for good, start with MANA_AUTH_KEK_LOST=" + kek.id()
                        + ": its vaults then answer 503 KEK_UNAVAILABLE.");
            }
        }
    }

    /** A KEK whose fingerprint is recorded is known by that; the rows are asked about the others only. */
    private static void prove(Connection connection, KekRing ring, KekId id, List<KnownKek> known) throws SQLException {
        if (isProven(id, known)) {
            requireSame(ring, id, known);
            return;
        }
        requireOpensSamples(connection, ring, id);
        Jdbc.update(
                connection,
                "UPDATE auth.keks SET fingerprint = ? WHERE id = ? AND fingerprint IS NULL",
                ring.fingerprint(id).orElseThrow(),
                id.value());
        requireSame(ring, id, known(connection));
    }

    private static boolean isProven(KekId id, List<KnownKek> known) {
        return known.stream().anyMatch(kek -> is(kek, id) && kek.fingerprint().isPresent());
    }

    private static void requireSame(KekRing ring, KekId id, List<KnownKek> known) {
        var ours = ring.fingerprint(id).orElseThrow();
        for (var kek : known) {
            if (is(kek, id) && !kek.fingerprint().equals(Optional.of(ours))) {
                throw new KekRefusedException("The KEK " + id + " at hand has fingerprint " + ours
                        + ", but this database was used with one of fingerprint "
                        + kek.fingerprint().orElse("none")
                        + ". Mount the KEK it was used with under that id,"
                        + " or give the new one an id of its own in MANA_AUTH_KEK_DIR and MANA_AUTH_KEK_ID.");
            }
        }
    }

    /** An adopted database remembers no fingerprint: the rows themselves say whether this is their key. */
    private static void requireOpensSamples(Connection connection, KekRing ring, KekId id) throws SQLException {
        var samples = Jdbc.rows(
                connection,
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
        if (!samples.isEmpty()
                && samples.stream().noneMatch(sample -> ring.opens(sample.wrapped(), sample.context()))) {
            throw new KekRefusedException("The KEK " + id + " at hand (fingerprint "
                    + ring.fingerprint(id).orElseThrow() + ") opens none of " + samples.size()
                    + " keys that this database says it wraps. Mount the KEK that wrapped them under that id.");
        }
    }

    private static WrapContext context(String kind, String owner, long generation) {
        return "master-key".equals(kind)
                ? WrapContext.masterKeyOf(owner, generation)
                : WrapContext.tokenSigningKey(owner);
    }

    private static boolean holds(Set<KekId> ids, KnownKek kek) {
        return ids.stream().anyMatch(id -> is(kek, id));
    }

    private static boolean is(KnownKek kek, KekId id) {
        return kek.id().equals(id.value());
    }

    private record Sample(WrapContext context, WrappedKey wrapped) {}
}
