package how.mana.auth.outbound;

import io.smallrye.mutiny.Uni;

/** Takes an errand to whom it is for. Which courier a package has is decided when it is built. */
interface Courier {
    /** A failure counts as {@link Outcome#postponed}. */
    Uni<Outcome> deliver(Parcel parcel);
}
