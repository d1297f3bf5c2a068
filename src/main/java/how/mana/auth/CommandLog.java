package how.mana.auth;

import java.nio.charset.StandardCharsets;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.Level;
import org.jboss.logmanager.LogContext;
import org.jboss.logmanager.formatters.PatternFormatter;
import org.jboss.logmanager.handlers.WriterHandler;

/** The log of a command that runs without the framework, which would set it up: stderr, for stdout is the result. */
final class CommandLog {
    private static final String TEXT = "%d{yyyy-MM-dd HH:mm:ss,SSS} %-5p %s%e%n";

    private CommandLog() {}

    /** @param environment {@code LOGGER_FORMAT=json} makes it JSON lines */
    static void start(Environment environment) {
        var log = LogContext.getLogContext().getLogger("");
        for (Handler unset : log.getHandlers()) {
            log.removeHandler(unset);
        }
        log.setLevel(Level.INFO);
        log.addHandler(standardError(formatter(environment)));
    }

    private static Formatter formatter(Environment environment) {
        return environment.value("LOGGER_FORMAT").filter("json"::equals).isPresent()
                ? new JsonLines()
                : new PatternFormatter(TEXT);
    }

    private static ExtHandler standardError(Formatter formatter) {
        var handler = new WriterHandler();
        handler.setFormatter(formatter);
        handler.setAutoFlush(true);
        handler.setWriter(new java.io.OutputStreamWriter(System.err, StandardCharsets.UTF_8));
        return handler;
    }
}
