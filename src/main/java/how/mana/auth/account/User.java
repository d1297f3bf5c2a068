package how.mana.auth.account;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import org.hibernate.annotations.DynamicUpdate;
import org.jspecify.annotations.Nullable;

/**
 * A row of {@code auth.users}, of which only the columns that profile and onboarding need are known here. It is read; what
 * changes is changed by statements of {@link UserRepository}. Says nothing of a person in a log: it has no {@code toString}.
 */
@Entity
@DynamicUpdate // a row is everybody's: never write back columns that were only read
@Table(schema = "auth", name = "users")
class User {
    @Id
    private String id = "";

    private String name = "";

    private @Nullable String image;

    @Column(name = "feedback_show_real_name")
    private boolean feedbackShowRealName;

    @Column(name = "onboarding_completed_at")
    private @Nullable Instant onboardingCompletedAt;

    @Column(name = "updated_at")
    private Instant updatedAt = Instant.EPOCH;

    @Column(name = "deleted_at")
    private @Nullable Instant deletedAt;

    /** For Hibernate. */
    protected User() {}

    String name() {
        return name;
    }

    @Nullable
    String image() {
        return image;
    }

    boolean feedbackShowRealName() {
        return feedbackShowRealName;
    }

    Optional<Instant> onboardingCompletedAt() {
        return Optional.ofNullable(onboardingCompletedAt);
    }
}
