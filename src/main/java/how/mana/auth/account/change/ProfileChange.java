package how.mana.auth.account.change;

import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import java.util.List;
import java.util.Optional;

/**
 * What {@code POST /profile} asks to change.
 *
 * @param image the new one; empty to remove the present one if {@code changesImage}
 */
record ProfileChange(Optional<String> name, boolean changesImage, Optional<String> image) {
    private static final int LONGEST_NAME = 80;

    /** What users cannot give themselves. */
    private static final List<String> NOT_THEIRS =
            List.of("accessTier", "role", "kind", "emailVerified", "twoFactorEnabled", "id");

    /** @throws AuthRefusal.Validation if it asks for something else, or for nothing */
    static ProfileChange in(AuthBody body) {
        if (body.has("email")) {
            throw new AuthRefusal.Validation("Email can not be updated");
        }
        NOT_THEIRS.stream().filter(body::has).findFirst().ifPresent(member -> {
            throw new AuthRefusal.Validation(member + " is not allowed to be set");
        });
        var change = new ProfileChange(
                body.optionalText("name").map(ProfileChange::name), body.has("image"), body.optionalText("image"));
        if (change.name().isEmpty() && !change.changesImage()) {
            throw new AuthRefusal.Validation("No fields to update");
        }
        return change;
    }

    private static String name(String typed) {
        var name = typed.strip();
        if (name.isEmpty() || name.length() > LONGEST_NAME) {
            throw new AuthRefusal.Validation("[body.name] Wanted: 1 to " + LONGEST_NAME + " characters");
        }
        return name;
    }
}
