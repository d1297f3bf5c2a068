package how.mana.auth.account;

import how.mana.auth.caller.Caller;
import how.mana.auth.db.DatabaseRefusal;
import how.mana.auth.db.EntityTransactions;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.Collections;

/** Profile and onboarding of the caller. Everything is read back in the transaction that wrote it. */
@Singleton
class AccountService {
    private final EntityTransactions transactions;
    private final UserRepository users;

    AccountService(EntityTransactions transactions, UserRepository users) {
        this.transactions = transactions;
        this.users = users;
    }

    /** Changes what the patch names. An empty one changes nothing and answers what is there. */
    Uni<User> change(Caller caller, ProfilePatch patch) {
        return transactions.as(
                caller,
                () -> patch.isEmpty()
                        ? read(caller)
                        : users.change(caller.user(), patch.fields()).chain(() -> read(caller)));
    }

    /** The caller as stored. */
    Uni<User> find(Caller caller) {
        return transactions.as(caller, () -> read(caller));
    }

    /** The caller has been welcomed, now; also if that was so before. */
    Uni<User> completeOnboarding(Caller caller) {
        return transactions.as(
                caller, () -> users.completeOnboarding(caller.user()).chain(() -> read(caller)));
    }

    /** The caller is to be welcomed again. */
    Uni<User> resetOnboarding(Caller caller) {
        return transactions.as(
                caller, () -> users.change(caller.user(), Collections.singletonMap("onboardingCompletedAt", null))
                        .chain(() -> read(caller)));
    }

    /** A user who went while this transaction ran is as unknown as one who was gone before. */
    private Uni<User> read(Caller caller) {
        return users.findLive(caller.user()).map(found -> found.orElseThrow(DatabaseRefusal.CallerUnknown::new));
    }
}
