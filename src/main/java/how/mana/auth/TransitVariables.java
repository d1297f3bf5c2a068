package how.mana.auth;

import how.mana.auth.transit.TransitKeks;
import how.mana.auth.transit.TransitSettings;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Which variables say where a transit engine is and what it holds. */
final class TransitVariables {
    private static final Logger LOG = Logger.getLogger(TransitVariables.class);
    private static final String PREFIX = "MANA_AUTH_KEK_TRANSIT_";
    private static final String ADDRESS = PREFIX + "ADDR";
    private static final String TOKEN = PREFIX + "TOKEN";
    private static final String KEY = PREFIX + "KEY";

    private TransitVariables() {}

    /** Empty if none of them is set. */
    static Optional<TransitKeks> of(Environment environment) {
        var set = Stream.of(ADDRESS, TOKEN, TOKEN + "_FILE", KEY, TransitKeks.SETTING)
                .anyMatch(name -> environment.value(name).isPresent());
        return set ? Optional.of(read(environment)) : Optional.empty();
    }

    private static TransitKeks read(Environment environment) {
        var settings = new TransitSettings(
                required(ADDRESS, environment.value(ADDRESS)),
                required(TOKEN, environment.secret(TOKEN)),
                required(KEY, environment.value(KEY)),
                environment.value(PREFIX + "MOUNT").orElse("transit"),
                environment.value(PREFIX + "NAMESPACE"));
        if (settings.isInTheClear()) {
            LOG.warnf("%s begins with http://: whoever listens on this machine hears the KEKs", ADDRESS);
        }
        var directory = required(TransitKeks.SETTING, environment.value(TransitKeks.SETTING));
        return new TransitKeks(settings, Path.of(directory));
    }

    private static String required(String name, Optional<String> value) {
        return value.orElseThrow(() -> new BadEnvironmentException(name + " is not set, and another " + PREFIX
                + " variable is: a transit engine needs " + ADDRESS + ", " + TOKEN + " (or _FILE), " + KEY + " and "
                + TransitKeks.SETTING));
    }
}
