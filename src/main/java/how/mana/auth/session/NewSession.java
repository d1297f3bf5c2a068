package how.mana.auth.session;

import how.mana.auth.caller.Client;
import java.util.Optional;

/**
 * How somebody wants to be signed in.
 *
 * @param deviceId what the client calls its device, for other programs; proves nothing
 * @param deviceName what the client calls its device, for people; proves nothing
 */
public record NewSession(
        Client client, Remembrance remembrance, Optional<String> deviceId, Optional<String> deviceName) {
    /** How long the session lasts. */
    public enum Remembrance {
        /** A week since the last day it was used. */
        REMEMBERED(7, true),
        /** Until the browser is closed, and a day at most. */
        NOT_REMEMBERED(1, false);

        private final int days;
        private final boolean slides;

        Remembrance(int days, boolean slides) {
            this.days = days;
            this.slides = slides;
        }

        int days() {
            return days;
        }

        boolean slides() {
            return slides;
        }
    }

    private static final int MAX_LENGTH = 255;

    public NewSession {
        deviceId = deviceId.map(NewSession::cut);
        deviceName = deviceName.map(NewSession::cut);
    }

    public static NewSession of(Client client) {
        return new NewSession(client, Remembrance.REMEMBERED, Optional.empty(), Optional.empty());
    }

    public static NewSession of(Client client, Remembrance remembrance) {
        return new NewSession(client, remembrance, Optional.empty(), Optional.empty());
    }

    /** Postgres stores no NUL. */
    private static String cut(String text) {
        var stored = text.replace("\0", "");
        return stored.length() <= MAX_LENGTH ? stored : stored.substring(0, MAX_LENGTH);
    }
}
