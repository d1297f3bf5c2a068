package how.mana.auth.account.signup;

import how.mana.auth.caller.Client;
import how.mana.auth.caller.UserId;
import how.mana.auth.event.EventType;
import how.mana.auth.event.SecurityEvent;
import how.mana.auth.event.SecurityEvents;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import jakarta.inject.Singleton;
import java.security.SecureRandom;

/** What every new user has from the beginning. */
@Singleton
class Equipment {
    private final NewUsers users;
    private final PersonalSpaces spaces;
    private final Welcome welcome;
    private final SecurityEvents events;
    private final SecureRandom random;

    Equipment(NewUsers users, PersonalSpaces spaces, Welcome welcome, SecurityEvents events, SecureRandom random) {
        this.users = users;
        this.spaces = spaces;
        this.welcome = welcome;
        this.events = events;
        this.random = random;
    }

    /** A user whose row is there, and nothing else. */
    record NewUser(UserId id, NewAccount account, String passwordHash) {
        /** A record would print the hash. */
        @Override
        public String toString() {
            return "NewUser[" + id + "]";
        }
    }

    /** A password, a welcome, the first event and a space, which comes last: others may want its slug. */
    Uni<Void> give(SqlConnection tx, NewUser user, Client client) {
        var account = user.account();
        var space = new PersonalSpaces.NewSpace(
                spaces.randomId(),
                user.id(),
                account.name(),
                Slug.of(account.email().localPart(), random));
        return users.setPassword(tx, user.id(), user.passwordHash())
                .chain(() -> welcome.send(tx, user.id(), account, space.id()))
                .chain(() -> events.record(tx, SecurityEvent.of(EventType.REGISTER, user.id(), client)))
                .chain(() -> spaces.create(tx, space));
    }
}
