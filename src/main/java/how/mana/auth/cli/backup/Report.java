package how.mana.auth.cli.backup;

import how.mana.auth.cli.Output;
import how.mana.auth.db.backup.Check;
import how.mana.auth.db.backup.Manifest;
import java.util.function.Consumer;

/** What a rehearsal found: a line for each thing, ok or fail. */
final class Report implements Consumer<Check> {
    private final Output output;
    private long failed;

    Report(Output output) {
        this.output = output;
    }

    @Override
    public void accept(Check check) {
        if (!check.ok()) {
            failed++;
        }
        output.say((check.ok() ? "ok    " : "fail  ") + plain(check.what() + ": " + check.detail()));
        output.json()
                .withArray("checks")
                .addObject()
                .put("ok", check.ok())
                .put("what", check.what())
                .put("detail", check.detail());
    }

    /** @return whether nothing failed */
    boolean finish(Manifest manifest) {
        output.json().put("madeAt", manifest.madeAt()).put("failed", failed);
        output.say(
                failed == 0
                        ? "the backup of " + manifest.madeAt() + " is whole and opens"
                        : failed + " things are not as they should be");
        return failed == 0;
    }

    /** An id is whatever somebody wrote into the database: it must not look like more than one line. */
    private static String plain(String text) {
        return text.replaceAll("\\p{Cntrl}", "?");
    }
}
