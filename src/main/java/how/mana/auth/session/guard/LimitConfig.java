package how.mana.auth.session.guard;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.time.Duration;

/** How often one client may ask. A client is its address; of IPv6, its network. */
@ConfigMapping(prefix = "mana.limit")
public interface LimitConfig {
    /** Sign-in. */
    SignIn signIn();

    /** Signing up, and changing a password or an address. */
    Change change();

    /** Whatever sends a mail. */
    Mail mail();

    /** Mails to one address, whoever asks for them. */
    Recipient recipient();

    /** Everything else under {@code /api/auth}, and what shows a session under {@code /api/v1/auth}. */
    Other other();

    /** See {@link LimitConfig#signIn()}. */
    interface SignIn {
        /** Requests in a window. */
        @WithDefault("100")
        int requests();

        /** Length of the window. */
        @WithDefault("10s")
        Duration window();
    }

    /** See {@link LimitConfig#change()}. */
    interface Change {
        /** Requests in a window. */
        @WithDefault("3")
        int requests();

        /** Length of the window. */
        @WithDefault("10s")
        Duration window();
    }

    /** See {@link LimitConfig#mail()}. */
    interface Mail {
        /** Requests in a window. */
        @WithDefault("3")
        int requests();

        /** Length of the window. */
        @WithDefault("60s")
        Duration window();
    }

    /** See {@link LimitConfig#recipient()}. */
    interface Recipient {
        /** Mails in a window. */
        @WithDefault("5")
        int requests();

        /** Length of the window. */
        @WithDefault("1h")
        Duration window();
    }

    /** See {@link LimitConfig#other()}. */
    interface Other {
        /** Requests in a window. */
        @WithDefault("100")
        int requests();

        /** Length of the window. */
        @WithDefault("10s")
        Duration window();
    }
}
