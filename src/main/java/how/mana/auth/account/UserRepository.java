package how.mana.auth.account;

import how.mana.auth.caller.UserId;
import io.quarkus.hibernate.reactive.panache.PanacheRepositoryBase;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Singleton;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** {@code auth.users}, one live user at a time. */
@Singleton
class UserRepository implements PanacheRepositoryBase<User, String> {
    private static final String LIVE = "id = :id and deletedAt is null";

    Uni<Optional<User>> findLive(UserId user) {
        return find(LIVE, Map.of("id", user.value())).firstResult().map(Optional::ofNullable);
    }

    /**
     * Writes these fields of a live user and none besides, in one statement: no moment between a read and a write in which
     * somebody else's change could be lost.
     *
     * @param fields by the names that {@link User} gives them
     * @return whether there is such a user
     */
    Uni<Boolean> change(UserId user, Map<String, ? extends @Nullable Object> fields) {
        var assignments = fields.keySet().stream()
                .sorted() // one statement for one set of fields, whatever their order
                .map(field -> field + " = :" + field + ", ")
                .collect(Collectors.joining());
        Map<String, @Nullable Object> parameters = new HashMap<String, @Nullable Object>(fields);
        parameters.put("id", user.value());
        return update(assignments + "updatedAt = instant where " + LIVE, parameters)
                .map(rows -> rows == 1);
    }

    Uni<Boolean> completeOnboarding(UserId user) {
        return update("onboardingCompletedAt = instant, updatedAt = instant where " + LIVE, Map.of("id", user.value()))
                .map(rows -> rows == 1);
    }
}
