package how.mana.auth;

import how.mana.auth.crypto.KekProvider;
import how.mana.auth.crypto.KekSettings;
import java.nio.file.Path;

/** Which variables say where the KEKs are. */
final class KekVariables {
    private KekVariables() {}

    /** @param production whether the rules of production hold, as they do for everything that is packaged */
    static KekSettings of(Environment environment, boolean production) {
        return new KekSettings(
                environment.value("MANA_AUTH_KEK"),
                environment.value("MANA_AUTH_KEK_FILE").map(Path::of),
                environment.value("MANA_AUTH_KEK_DIR").map(Path::of),
                TransitVariables.of(environment).map(KekProvider.class::cast).stream()
                        .toList(),
                environment.value("MANA_AUTH_KEK_ID"),
                production);
    }
}
