package how.mana.auth.cli;

import how.mana.auth.crypto.Kek;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.DatabaseUrl;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.jdbc.OperatorConnection;
import how.mana.auth.db.schema.TestDatabase;
import how.mana.auth.transit.TransitKeks;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Commands on the database of a test: the owner logs in for every group, as without their variables. */
public final class TestOperation implements Operation {
    private final TestDatabase database;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, String> variables = new HashMap<>();
    private DatabaseUrl serving;
    private KekRing keks = ring(new KekId("env-v1"), 1);

    public TestOperation(TestDatabase database) {
        this.database = database;
        this.serving = database.appUrl();
    }

    /** A ring of one KEK, each byte of which is {@code value}. */
    private KekRing ring(KekId id, int value) {
        var bytes = new byte[32];
        Arrays.fill(bytes, (byte) value);
        return KekRing.of(List.of(Kek.takeOwnershipOf(id, bytes)), id, random);
    }

    public TestOperation servedBy(DatabaseUrl url) {
        serving = url;
        return this;
    }

    public TestOperation with(KekRing keks) {
        this.keks = keks;
        return this;
    }

    public TestOperation with(String variable, String value) {
        variables.put(variable, value);
        return this;
    }

    @Override
    public DatabaseUrl serving() {
        return serving;
    }

    @Override
    public DatabaseUrl owner() {
        return database.ownerUrl();
    }

    @Override
    public Optional<DatabaseUrl> syncServing() {
        return url("SYNC_DATABASE_URL");
    }

    @Override
    public Optional<DatabaseUrl> syncOwner() {
        return url("MIGRATION_SYNC_DATABASE_URL");
    }

    private Optional<DatabaseUrl> url(String variable) {
        return value(variable).map(DatabaseUrl::parse);
    }

    @Override
    public Connection connect(Group group, String purpose) throws SQLException {
        return OperatorConnection.open(login(group), group, purpose);
    }

    @Override
    public DatabaseUrl login(Group group) {
        return url(group.variable()).orElse(owner());
    }

    @Override
    public Optional<DatabaseUrl> database(String variable) {
        return url(variable);
    }

    @Override
    public KekRing keks() {
        return keks;
    }

    @Override
    public TransitKeks transit() {
        throw new CommandRefusedException("no transit engine");
    }

    @Override
    public Optional<String> value(String variable) {
        return Optional.ofNullable(variables.get(variable));
    }

    @Override
    public Optional<String> secret(String variable) {
        return variable.equals("MIGRATION_DATABASE_URL") ? Optional.of("set") : value(variable);
    }

    @Override
    public int port() {
        return 1; // where nobody listens
    }

    @Override
    public SecureRandom random() {
        return random;
    }
}
