package how.mana.auth.token;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import how.mana.auth.caller.UserId;
import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.Rings;
import how.mana.auth.crypto.SigningSeed;
import how.mana.auth.crypto.WrapContext;
import how.mana.auth.crypto.WrappedKey;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.TestTransactions;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.keks.TestWrapping;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.core.Vertx;
import io.vertx.mutiny.pgclient.PgBuilder;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.PoolOptions;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On a real Postgres, as the app role. Each instance is a replica of the service. */
class SigningKeysTest {
    private static final NewToken ALICE =
            new NewToken(new UserId("alice"), "s1", "alice@example.com", "user", "public");
    private static final SecureRandom RANDOM = new SecureRandom();

    private static TestDatabase database;

    private final AtomicLong nanos = new AtomicLong();
    private final Vertx vertx = Vertx.vertx();
    private final KekRing ring = ring(1);
    private Pool pool;

    @BeforeAll
    static void createDatabase() throws SQLException {
        database = TestPostgres.instance().createDatabase().migrated();
    }

    @AfterAll
    static void dropDatabase() throws SQLException {
        database.close();
    }

    @BeforeEach
    void startWithoutKeys() throws SQLException {
        database.with("DELETE FROM auth.jwks;"
                + "INSERT INTO auth.keks (id, state) VALUES ('env-v1', 'active') ON CONFLICT (id) DO NOTHING");
        pool = PgBuilder.pool()
                .connectingTo(PgConnectOptions.fromUri(database.appUrl().reactiveUrl())
                        .setUser(database.appUrl().role())
                        .setPassword(database.appUrl().password()))
                .with(new PoolOptions().setMaxSize(8))
                .using(vertx)
                .build();
    }

    @AfterEach
    void disconnect() {
        pool.close().await().indefinitely();
        vertx.close().await().indefinitely();
    }

    @Test
    void firstNeedsOfTwoReplicasAtTheSameTimeMakeOneKey() throws SQLException {
        var replicas = List.of(replica(ring), replica(ring));
        var needs = IntStream.range(0, 8)
                .mapToObj(n -> replicas.get(n % 2).published().subscribeAsCompletionStage())
                .toList();

        var kids =
                needs.stream().map(need -> need.join().get(0).kid()).distinct().toList();

        assertThat(kids).hasSize(1).allSatisfy(kid -> assertThat(kid).matches("[A-Za-z0-9]{32}"));
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void manyFirstNeedsOfManyReplicasMakeOneKey() throws SQLException {
        var needs = IntStream.range(0, 8)
                .mapToObj(n -> replica(ring).newest().subscribeAsCompletionStage())
                .toList();

        assertThat(needs.stream().map(need -> need.join().publicKey().kid()).distinct())
                .hasSize(1);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void nothingIsMadeForATokenThatNamesAnUnknownKey() throws SQLException {
        assertThat(find(replica(ring), "A".repeat(32))).isEmpty();

        assertThat(count()).isZero();
    }

    @Test
    void aTokenOfOneReplicaIsVerifiedByAnother() {
        var token = await(minter(replica(ring)).mint(ALICE));

        var verified = await(verifier(replica(ring)).verify(token));

        assertThat(verified.user()).isEqualTo(ALICE.user());
        assertThat(verified.session()).contains("s1");
        assertThat(verified.expiresAt()).isEqualTo(Forge.NOW.plus(TokenMinter.ACCESS_LIFETIME));
    }

    @Test
    void aTokenHasTheFormThatClientsKnow() {
        var keys = replica(ring);

        var parts = await(minter(keys).mint(ALICE)).split("\\.");

        var kid = await(keys.newest()).publicKey().kid();
        assertThat(text(parts[0])).isEqualTo("{\"alg\":\"EdDSA\",\"kid\":\"" + kid + "\"}");
        assertThat(text(parts[1]))
                .isEqualTo("{\"iat\":1772366400,\"sub\":\"alice\",\"email\":\"alice@example.com\",\"role\":\"user\","
                        + "\"sid\":\"s1\",\"tier\":\"public\",\"exp\":1772367300,"
                        + "\"iss\":\"http://localhost:3001\",\"aud\":\"mana\"}");
    }

    @Test
    void theNewestKeySignsAndTheOlderStillVerifies() throws SQLException {
        var before = await(minter(replica(ring)).mint(ALICE));
        var newer = SigningKey.generate(ring, RANDOM);
        insert(newer, "now() + interval '1 second'");
        var keys = replica(ring);

        assertThat(await(keys.newest()).publicKey().kid()).isEqualTo(newer.kid());
        assertThat(await(verifier(keys).verify(before)).user()).isEqualTo(ALICE.user());
        assertThat(await(keys.published())).hasSize(2);
    }

    @Test
    void aKeySignsWhenItsTimeHasComeAndVerifiesFromTheStart() throws SQLException {
        recordKek();
        var keys = replica(ring);
        var former = await(keys.newest()).publicKey().kid();
        var rotated = rotate(Duration.ofMinutes(15));
        nanos.set(SigningKeys.REFRESHED_EVERY.toNanos());

        assertThat(await(keys.newest()).publicKey().kid()).isEqualTo(former);
        assertThat(await(keys.published())).extracting(VerificationKey::kid).containsExactly(former, rotated.kid());

        database.with("UPDATE auth.jwks SET signs_from = now() WHERE id = '" + rotated.kid() + "'");
        nanos.set(2 * SigningKeys.REFRESHED_EVERY.toNanos());
        assertThat(await(keys.newest()).publicKey().kid()).isEqualTo(rotated.kid());
        assertThat(find(keys, former)).isPresent();

        database.with("UPDATE auth.jwks SET withdrawn_at = now() WHERE id = '" + former + "'");
        nanos.set(3 * SigningKeys.REFRESHED_EVERY.toNanos());
        assertThat(find(keys, former)).isEmpty();
        assertThat(await(keys.published())).extracting(VerificationKey::kid).containsExactly(rotated.kid());
    }

    @Test
    void aReplicaThatCanOpenNoKeyWhoseTimeHasComeSignsWithOneAheadOfItsTime() throws SQLException {
        recordKek();
        insert(SigningKey.generate(ring(2), RANDOM), "now()");
        var rotated = rotate(Duration.ofMinutes(15));

        assertThat(await(replica(ring).newest()).publicKey().kid()).isEqualTo(rotated.kid());
        assertThat(count()).isEqualTo(2);
    }

    private void recordKek() throws SQLException {
        database.with("UPDATE auth.keks SET fingerprint = '"
                + ring.fingerprint(KekId.DEFAULT).orElseThrow() + "' WHERE id = 'env-v1'");
    }

    private KeyRotation.Rotated rotate(Duration lead) throws SQLException {
        try (var maintenance = OperatorConnection.open(database.ownerUrl(), Group.MAINTENANCE, "test")) {
            return new KeyRotation(maintenance).rotate(ring(1), RANDOM, lead, Duration.ofHours(1));
        }
    }

    @Test
    void aKeyThatSignsHeadsOfTheTrailSignsNoToken() {
        var kid = "h".repeat(32);
        try (var seed = KeyMaterial.random(RANDOM);
                var signing = new SigningSeed(KeyMaterial.takeOwnershipOf(seed.copy()))) {
            var x = Base64Url.encode(signing.publicKey());
            var asHead = planted("h", x, ring.wrap(seed, WrapContext.auditHeadKey(kid)));
            var asToken = planted("h", x, ring.wrap(seed, WrapContext.tokenSigningKey(kid)));

            assertThat(SigningKey.open(asHead, ring)).isEmpty();
            assertThat(SigningKey.open(asToken, ring)).isPresent();
        }
    }

    @Test
    void whoCanWriteARowIsNoIssuer() throws SQLException {
        var genuine = await(replica(ring).newest()).publicKey();
        var attacker = new Forge();
        var stolen = stored(genuine.kid());
        var foreign = SigningKey.generate(ring(2), RANDOM);
        var planted = List.of(
                // the attacker's public key beside noise, beside a wrap of ours moved here, and beside a wrap of his
                // own
                planted("a", attacker.x(), noise()),
                planted("b", attacker.x(), stolen),
                planted("c", attacker.x(), foreign.wrapped()),
                // a good public key under another name
                planted("d", genuine.x(), stolen),
                foreign);
        for (var row : planted) {
            insert(row, "now() + interval '1 hour'");
        }
        var keys = replica(ring);

        assertThat(await(keys.published())).extracting(VerificationKey::kid).containsExactly(genuine.kid());
        assertThat(await(keys.newest()).publicKey().kid()).isEqualTo(genuine.kid());
        assertThat(planted).allSatisfy(row -> assertThat(find(keys, row.kid())).isEmpty());
    }

    @Test
    void aRowWhosePublicPartWasExchangedNoLongerCounts() throws SQLException {
        var kid = await(replica(ring).newest()).publicKey().kid();
        database.with("UPDATE auth.jwks SET public_key = '" + jwk(new Forge().x()) + "'");

        assertThat(find(replica(ring), kid)).isEmpty();
    }

    @Test
    void aKeyWrappedForAnotherPurposeIsNoSigningKey() throws SQLException {
        var kid = "P".repeat(32);
        try (var seed = KeyMaterial.random(RANDOM)) {
            var x = Base64Url.encode(seed.lend(bytes -> {
                var point = new byte[32];
                org.bouncycastle.math.ec.rfc8032.Ed25519.generatePublicKey(bytes, 0, point, 0);
                return point;
            }));
            insert(new SigningKey.Stored(kid, jwk(x), ring.wrap(seed, WrapContext.masterKeyOf(kid, 1))), "now()");
        }

        assertThat(find(replica(ring), kid)).isEmpty();
    }

    @Test
    void anAdoptedRowIsLeftAlone() throws SQLException {
        var old = new Forge();
        database.with("INSERT INTO auth.jwks (id, public_key, private_key) VALUES ('" + "o".repeat(32) + "', '"
                + jwk(old.x()) + "', '\"00ff\"')");
        var keys = replica(ring);

        assertThat(find(keys, "o".repeat(32))).isEmpty();
        assertThat(await(keys.published())).hasSize(1).noneMatch(key -> key.x().equals(old.x()));
        assertThat(count()).isEqualTo(2);
    }

    @Test
    void aWithdrawnKeyStopsCountingAndItsSeedIsWiped() throws SQLException {
        var keys = replica(ring);
        var withdrawn = await(keys.newest());
        database.with("DELETE FROM auth.jwks;"
                + "INSERT INTO auth.keks (id, state) VALUES ('env-v1', 'active') ON CONFLICT (id) DO NOTHING");
        assertThat(find(keys, withdrawn.publicKey().kid())).isPresent();

        nanos.set(SigningKeys.REFRESHED_EVERY.toNanos());

        assertThat(find(keys, withdrawn.publicKey().kid())).isEmpty();
        assertThatExceptionOfType(IllegalStateException.class).isThrownBy(() -> withdrawn.sign(new byte[1]));
        assertThat(await(keys.newest()).publicKey().kid())
                .isNotEqualTo(withdrawn.publicKey().kid());
    }

    @Test
    void aKeyStaysOpenThroughARefresh() {
        var keys = replica(ring);
        var before = await(keys.newest());

        nanos.set(SigningKeys.REFRESHED_EVERY.toNanos());

        assertThat(await(keys.newest())).isSameAs(before);
        assertThat(before.sign(new byte[1])).hasSize(64);
    }

    @Test
    void withTheDatabaseAwayKnownKeysGoOnAndUnknownOnesAreNobodysFault() {
        var keys = replica(ring);
        var token = await(minter(keys).mint(ALICE));
        pool.close().await().indefinitely();
        nanos.set(SigningKeys.REFRESHED_EVERY.toNanos());

        assertThat(await(verifier(keys).verify(token)).user()).isEqualTo(ALICE.user());
        assertThat(await(keys.published())).hasSize(1);
        assertThatExceptionOfType(DatabaseRefusal.Unavailable.class).isThrownBy(() -> find(keys, "A".repeat(32)));
        assertThatExceptionOfType(DatabaseRefusal.Unavailable.class)
                .isThrownBy(() -> await(minter(replica(ring)).mint(ALICE)));
    }

    @Test
    void underASealTokensOfKeysThatAreHeldGoOnAndOthersAreNobodysFault() throws SQLException {
        var keys = replica(ring);
        var token = await(minter(keys).mint(ALICE));
        var kid = await(keys.newest()).publicKey().kid();
        database.with("SET session_replication_role = replica; UPDATE auth.jwks SET wrap_iv = repeat('C', 16)");

        ring.follow(new KekRing.Orders(ring.active(), true, 1, Long.MAX_VALUE), ring.now());
        nanos.set(SigningKeys.REFRESHED_EVERY.toNanos());

        assertThat(await(verifier(keys).verify(token)).user()).isEqualTo(ALICE.user());
        assertThatExceptionOfType(DatabaseRefusal.KekUnavailable.class).isThrownBy(() -> find(replica(ring), kid));
    }

    private SigningKeys replica(KekRing keks) {
        var repository = new SigningKeyRepository(TestTransactions.ofService(pool), TestWrapping.of(keks, pool));
        return new SigningKeys(repository, keks, RANDOM, nanos::get);
    }

    private TokenMinter minter(SigningKeys keys) {
        return new TokenMinter(keys, Forge.ISSUER, Clock.fixed(Forge.NOW, ZoneOffset.UTC));
    }

    private TokenVerifier verifier(SigningKeys keys) {
        var rules = new ClaimRules(Forge.ISSUER, ClaimRules.Sessions.REQUIRED);
        return new TokenVerifier(
                new TrustedIssuer(rules, keys), 10, Clock.fixed(Forge.NOW, ZoneOffset.UTC), nanos::get);
    }

    private static Optional<VerificationKey> find(SigningKeys keys, String kid) {
        return await(keys.find(kid));
    }

    private static <T> T await(Uni<T> work) {
        return work.await().atMost(Duration.ofSeconds(10));
    }

    private static KekRing ring(int fill) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Rings.of(List.of(Kek.takeOwnershipOf(KekId.DEFAULT, bytes)), KekId.DEFAULT, RANDOM);
    }

    private static SigningKey.Stored planted(String letter, String x, WrappedKey wrapped) {
        return new SigningKey.Stored(letter.repeat(32), jwk(x), wrapped);
    }

    private static WrappedKey noise() {
        return new WrappedKey(2, KekId.DEFAULT, "A".repeat(16), "A".repeat(64));
    }

    private static String jwk(String x) {
        return "{\"crv\":\"Ed25519\",\"kty\":\"OKP\",\"x\":\"" + x + "\"}";
    }

    private static String text(String base64Url) {
        return new String(Base64Url.decode(base64Url).orElseThrow(), java.nio.charset.StandardCharsets.UTF_8);
    }

    private WrappedKey stored(String kid) throws SQLException {
        try (var app = database.connectAsApp();
                var query = app.prepareStatement("SELECT kek_id, wrap_iv, private_key FROM auth.jwks WHERE id = ?")) {
            query.setString(1, kid);
            var row = query.executeQuery();
            assertThat(row.next()).isTrue();
            return new WrappedKey(2, new KekId(row.getString(1)), row.getString(2), row.getString(3));
        }
    }

    private void insert(SigningKey.Stored row, String createdAt) throws SQLException {
        try (var admin = database.connectAsAdmin();
                var insert = admin.prepareStatement("INSERT INTO auth.jwks"
                        + " (id, public_key, kek_id, wrap_iv, private_key, format_version, created_at)"
                        + " VALUES (?, ?, ?, ?, ?, 2, " + createdAt + ")")) {
            insert.setString(1, row.kid());
            insert.setString(2, row.publicJwk());
            insert.setString(3, row.wrapped().kekId().value());
            insert.setString(4, row.wrapped().nonce());
            insert.setString(5, row.wrapped().ciphertext());
            insert.executeUpdate();
        }
    }

    private long count() throws SQLException {
        try (var app = database.connectAsApp();
                var row = app.createStatement().executeQuery("SELECT count(*) FROM auth.jwks")) {
            row.next();
            return row.getLong(1);
        }
    }
}
