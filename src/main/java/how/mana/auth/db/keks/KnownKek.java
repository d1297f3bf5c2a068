package how.mana.auth.db.keks;

import java.util.Locale;
import java.util.Optional;

/**
 * A KEK as the database remembers it.
 *
 * @param id as it is stored; an adopted database may hold one that no KEK of ours can have
 * @param fingerprint empty until a key of this id has opened a sample of what it wrapped
 */
public record KnownKek(String id, Optional<String> fingerprint, State state) {
    /** How far it is in its life. The words in the database are these in lower case. */
    public enum State {
        /** Known; wraps nothing yet. */
        ANNOUNCED,
        /** Wraps. */
        ACTIVE,
        /** Opens what it wrapped, until that is rewrapped. */
        RETIRING,
        /** No row needs it. */
        RETIRED,
        /** Declared gone for good. */
        LOST;

        static State of(String word) {
            return valueOf(word.toUpperCase(Locale.ROOT));
        }

        /** Its word in the database. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Whether rows may need it, so that nobody should serve without. */
    boolean isNeeded() {
        return state == State.ACTIVE || state == State.RETIRING;
    }
}
