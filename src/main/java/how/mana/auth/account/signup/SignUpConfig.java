package how.mana.auth.account.signup;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithConverter;
import io.smallrye.config.WithDefault;

/** Who may sign up. */
@ConfigMapping(prefix = "mana.signup")
public interface SignUpConfig {
    /** How many people may sign up on one day, which begins at midnight UTC (MAX_DAILY_SIGNUPS); 0 for any number. */
    @WithDefault("0")
    @WithConverter(DailyLimit.class)
    int maxDaily();
}
