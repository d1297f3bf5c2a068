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

    /**
     * Refreshing and signing out, exchanging the cookie for a token, and what reads the session under {@code /api/auth}: each
     * path by itself. What else an account's owner and the links in mails ask for is counted together.
     */
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
