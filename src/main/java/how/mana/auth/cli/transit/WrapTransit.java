package how.mana.auth.cli.transit;

import how.mana.auth.cli.Command;
import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.DatabaseRole;
import how.mana.auth.cli.Invocation;
import how.mana.auth.cli.Syntax;
import how.mana.auth.crypto.KekId;

/** Makes a KEK in the form in which only a transit engine can open it. */
public final class WrapTransit implements Command {
    private static final String ID = "ID";

    @Override
    public Syntax syntax() {
        return Syntax.of("kek wrap-transit").operand(ID);
    }

    @Override
    public String summary() {
        return "make a KEK that only the transit engine opens, as a file of MANA_AUTH_KEK_TRANSIT_DIR";
    }

    @Override
    public DatabaseRole role() {
        return DatabaseRole.NONE;
    }

    @Override
    public int run(Invocation invocation) {
        var text = invocation.arguments().operand(ID);
        if (!KekId.isValid(text)) { // not repeated: it may be a key
            throw new CommandRefusedException(
                    "The id of a KEK has 1 to 255 of A-Z a-z 0-9 . _ : - and no dot in front, like env-v2");
        }
        var operation = invocation.operation();
        var fingerprint = operation.transit().create(new KekId(text), operation.random());
        invocation.output().say("made " + text + ", fingerprint " + fingerprint);
        invocation.output().json().put("id", text).put("fingerprint", fingerprint);
        return DONE;
    }
}
