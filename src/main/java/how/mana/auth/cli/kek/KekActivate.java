package how.mana.auth.cli.kek;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.db.jdbc.Group;
import how.mana.auth.db.keks.KekActivation;
import how.mana.auth.db.keks.KekRegistry;
import how.mana.auth.db.keks.KnownKek;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Makes a KEK the one that wraps, as soon as every live replica holds it. */
public final class KekActivate implements Command {
    private static final String WAIT = "--wait";
    private static final Duration PATIENCE = Duration.ofMinutes(1);
    private static final Duration PAUSE = Duration.ofSeconds(1);

    @Override
    public Syntax syntax() {
        return Syntax.of("kek activate").operand(KekOperand.NAME).option(WAIT, "TIME");
    }

    @Override
    public String summary() {
        return "wrap new keys with this KEK, once every live replica holds it; waits a minute for that, or TIME";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.MAINTENANCE;
    }

    @Override
    public int run(Invocation invocation) throws SQLException {
        var ring = invocation.operation().keks();
        var id = KekOperand.heldBy(ring, invocation);
        try (var connection = invocation.operation().connect(Group.MAINTENANCE, "kek activate")) {
            KekRegistry.announce(connection, ring, id);
            if (!isActive(connection, id)) {
                activate(invocation, connection, ring, id);
            }
        }
        invocation.output().say(id + " wraps new keys from now on; `kek rewrap` moves the others to it");
        invocation.output().json().put("active", id.value());
        return DONE;
    }

    private static void activate(Invocation invocation, Connection connection, KekRing ring, KekId id)
            throws SQLException {
        var deadline = System.nanoTime()
                + invocation.arguments().duration(WAIT).orElse(PATIENCE).toNanos();
        var tried = KekActivation.of(connection, ring, id);
        while (!tried.done()) {
            if (tried.lacking() == 0 && !tried.busy()) {
                throw new CommandRefusedException("The KEK " + id + " is retired or lost: it wraps nothing any more");
            }
            if (System.nanoTime() > deadline || !invocation.pause(PAUSE)) {
                throw new CommandRefusedException(
                        tried.busy()
                                ? "Somebody has been writing all the time: try again. Nothing was changed"
                                : tried.lacking() + " live replicas do not hold the KEK " + id
                                        + ": give it to them (see `kek status`) and try again. Nothing was changed");
            }
            tried = KekActivation.of(connection, ring, id);
        }
    }

    private static boolean isActive(Connection connection, KekId id) throws SQLException {
        return KekRegistry.known(connection).stream()
                .anyMatch(kek -> kek.id().equals(id.value()) && kek.state() == KnownKek.State.ACTIVE);
    }
}
