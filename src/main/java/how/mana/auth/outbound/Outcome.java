package how.mana.auth.outbound;

import java.util.Optional;

/**
 * What became of an errand when it was run.
 *
 * @param note why, in a few words that hold nothing of the errand itself
 */
record Outcome(Result result, Optional<String> note) {
    /** What to do about it. */
    enum Result {
        /** Nothing more. */
        DELIVERED,
        /** Nothing more: nobody wants it any more. */
        DROPPED,
        /** Try again later. */
        POSTPONED,
        /** Leave it to a person: the same again would be refused again. */
        REFUSED
    }

    static Outcome delivered() {
        return new Outcome(Result.DELIVERED, Optional.empty());
    }

    static Outcome dropped(String why) {
        return new Outcome(Result.DROPPED, Optional.of(why));
    }

    static Outcome postponed(String why) {
        return new Outcome(Result.POSTPONED, Optional.of(why));
    }

    static Outcome refused(String why) {
        return new Outcome(Result.REFUSED, Optional.of(why));
    }
}
