package how.mana.auth.audit.seal;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.Rings;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.Jdbc;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.db.schema.TestPostgres;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;

/** The trail of one test: rows are written as the service writes them, sealed and verified as the auditor. */
final class Trail implements AutoCloseable {
    static final SecureRandom RANDOM = new SecureRandom();

    private final TestDatabase database;
    private final DatabaseUrl auditorUrl;
    private final KekRing ring;

    private Trail(TestDatabase database, DatabaseUrl auditorUrl, KekRing ring) {
        this.database = database;
        this.auditorUrl = auditorUrl;
        this.ring = ring;
    }

    static Trail create() throws SQLException {
        var database = TestPostgres.instance()
                .createDatabase()
                .migrated()
                .with("INSERT INTO auth.keks (id, state) VALUES ('" + KekId.DEFAULT + "', 'active')");
        return new Trail(database, database.createRole("auditor", "IN ROLE mana_auditor"), ring(1));
    }

    /** Of users alice, bob and carol, who was erased between the two; old enough to be pruned. */
    static Trail oldOfTwoBatches() throws SQLException {
        var trail = create().withUsers("alice", "bob", "carol");
        trail.tamper("ALTER TABLE auth.encryption_vault_audit ALTER created_at SET DEFAULT now() - interval '31 days'");
        trail.acts("alice", 3);
        trail.acts("bob", 1);
        trail.acts("carol", 2);
        trail.seal();
        trail.erase("carol");
        trail.acts("alice", 1);
        trail.seal();
        return trail;
    }

    static KekRing ring(int fill) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) fill);
        return Rings.of(List.of(Kek.takeOwnershipOf(KekId.DEFAULT, bytes)), KekId.DEFAULT, RANDOM);
    }

    /** By the clock that seals carry. */
    Instant now() throws SQLException {
        try (var auditor = auditor()) {
            return Heads.now(auditor);
        }
    }

    TestDatabase database() {
        return database;
    }

    KekRing ring() {
        return ring;
    }

    DatabaseUrl auditorUrl() {
        return auditorUrl;
    }

    Connection auditor() throws SQLException {
        return OperatorConnection.open(auditorUrl, Group.AUDITOR, "test");
    }

    Trail withUsers(String... users) throws SQLException {
        for (var user : users) {
            tamper("INSERT INTO auth.users (id, name, email) VALUES ('%1$s', '%1$s', '%1$s@example.org')"
                    .formatted(user));
        }
        return this;
    }

    /** Writes a row as the service does. Returns its id. */
    String act(String user, String action) throws SQLException {
        try (var app = database.connectAsApp()) {
            return act(app, user, action);
        }
    }

    /** The same in a transaction of the caller's. */
    static String act(Connection app, String user, String action) throws SQLException {
        var id = "row-" + UUID.randomUUID();
        var commits = app.getAutoCommit();
        app.setAutoCommit(false);
        Jdbc.strings(app, "SELECT set_config('app.current_user_id', ?, true)", user);
        Jdbc.update(
                app,
                "INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)"
                        + " VALUES (?, ?, ?, '192.0.2.1', NULL, '', 200)",
                id,
                user,
                action);
        if (commits) {
            app.commit();
            app.setAutoCommit(true);
        }
        return id;
    }

    /** Several rows of one user. */
    List<String> acts(String user, int many) throws SQLException {
        var ids = new ArrayList<String>();
        try (var app = database.connectAsApp()) {
            for (var i = 0; i < many; i++) {
                ids.add(act(app, user, "fetch"));
            }
        }
        return ids;
    }

    void erase(String user) throws SQLException {
        try (var app = database.connectAsApp()) {
            app.setAutoCommit(false);
            Jdbc.strings(app, "SELECT set_config('app.current_user_id', ?, true)", user);
            Jdbc.strings(app, "SELECT auth.erase_user(?, 'test')", user);
            app.commit();
        }
    }

    /** Seals all there is. Returns how many rows. */
    long seal() throws SQLException {
        try (var auditor = auditor();
                var sealer = Sealer.on(auditor, ring, RANDOM)) {
            return sealer.sealAll();
        }
    }

    /** What is wrong with the trail, each as {@code KIND subject}. */
    List<String> findings(Pin... pins) throws SQLException {
        var findings = new ArrayList<String>();
        verify(findings, pins);
        return findings;
    }

    Verification.Result verify(List<String> findings, Pin... pins) throws SQLException {
        try (var auditor = auditor()) {
            return new Verification(auditor, ring, List.of(pins))
                    .run(finding -> findings.add(finding.kind() + " " + finding.subject()));
        }
    }

    /** The newest head, to be pinned. */
    Pin pin() throws SQLException {
        return verify(new ArrayList<>()).newest().flatMap(Pin::parse).orElseThrow();
    }

    /** Does something as somebody who may do anything in the database. */
    void tamper(String sql) throws SQLException {
        database.with(sql);
    }

    List<String> strings(String sql, Object... parameters) throws SQLException {
        try (var admin = database.connectAsAdmin()) {
            return Jdbc.strings(admin, sql, parameters);
        }
    }

    @Override
    public void close() throws SQLException {
        database.close();
    }
}
