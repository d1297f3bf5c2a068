package how.mana.auth;

import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.StartupEvent;
import jakarta.annotation.Priority;
import jakarta.enterprise.event.Observes;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.util.logging.Handler;
import org.jboss.logmanager.ExtHandler;
import org.jboss.logmanager.LogContext;

/** Makes the log what {@link LogConfig} says, before anything of ours is logged. */
@Singleton
class LogSetup {
    private final LogConfig config;
    private final boolean production;

    LogSetup(LogConfig config, Instance<LocalMode> local) {
        this.config = config;
        this.production = LaunchMode.current() == LaunchMode.NORMAL && local.isUnsatisfied();
    }

    void apply(@Observes @Priority(1) StartupEvent start) {
        var format = config.format().orElse(production ? LogConfig.Format.JSON : LogConfig.Format.CONSOLE);
        if (format == LogConfig.Format.JSON) {
            for (var handler : LogContext.getLogContext().getLogger("").getHandlers()) {
                setJson(handler);
            }
        }
    }

    /** An asynchronous handler formats nothing itself: the one behind it does. */
    private static void setJson(Handler handler) {
        var behind = handler instanceof ExtHandler extended ? extended.getHandlers() : new Handler[0];
        if (behind.length == 0) {
            handler.setFormatter(new JsonLines());
        }
        for (var next : behind) {
            setJson(next);
        }
    }
}
