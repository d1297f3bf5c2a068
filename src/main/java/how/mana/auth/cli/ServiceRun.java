package how.mana.auth.cli;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.QuarkusApplication;
import java.util.List;

/** What runs once the framework has started: the service, or a command that needs the framework. */
public class ServiceRun implements QuarkusApplication {
    private final Operation operation;

    /** @param operation what commands work with */
    public ServiceRun(Operation operation) {
        this.operation = operation;
    }

    @Override
    public int run(String... arguments) {
        if (arguments.length == 0) {
            Quarkus.waitForExit();
            return Command.DONE;
        }
        return new Commands(operation, new Stop()).run(List.of(arguments));
    }
}
