package how.mana.auth.cli.kek;

import how.mana.auth.cli.CommandRefusedException;
import how.mana.auth.cli.Invocation;
import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;

/** The id of a KEK on the command line. */
final class KekOperand {
    static final String NAME = "ID";

    private KekOperand() {}

    static KekId of(Invocation invocation) {
        var text = invocation.arguments().operand(NAME);
        if (!KekId.isValid(text)) { // not repeated: it may be a key
            throw new CommandRefusedException(
                    "The id of a KEK has 1 to 255 of A-Z a-z 0-9 . _ : / - and no dot or slash in front, like env-v2");
        }
        return new KekId(text);
    }

    /** The same of a KEK that has to be at hand: nobody announces or activates one that they only heard of. */
    static KekId heldBy(KekRing ring, Invocation invocation) {
        var id = of(invocation);
        if (!ring.ids().contains(id)) {
            throw new CommandRefusedException("The KEK " + id + " is not at hand, only " + ring.ids()
                    + " are. Give this command the KEKs that the service has: MANA_AUTH_KEK_DIR");
        }
        return id;
    }
}
