package how.mana.auth.account.signup;

import how.mana.auth.account.PasswordLength;
import how.mana.auth.account.verification.Destinations;
import how.mana.auth.caller.EmailAddress;
import how.mana.auth.problem.AuthRefusal;
import how.mana.auth.session.AuthBody;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** Reads what somebody sent who wants an account, and says all that is wrong with it at once. */
final class SignUpForm {
    private static final int LONGEST_NAME = 255;
    private static final int LONGEST_IMAGE = 2048;

    private final List<String> complaints = new ArrayList<>();
    private final Optional<String> name;
    private final String typed;
    private final Optional<EmailAddress> email;
    private final String password;
    private final Optional<String> image;
    private final Optional<String> link;

    private SignUpForm(AuthBody sent, String linkMember) {
        this.name = optional(sent, "name", LONGEST_NAME).filter(text -> !text.isBlank());
        this.typed = read(() -> sent.text("email"), "");
        this.email = EmailAddress.typed(typed);
        if (email.isEmpty() && complaints.stream().noneMatch(text -> text.startsWith("[body.email]"))) {
            complaints.add("[body.email] Invalid email address");
        }
        this.password = read(() -> sent.text("password"), "");
        this.image = optional(sent, "image", LONGEST_IMAGE);
        this.link = read(() -> sent.optionalText(linkMember), Optional.empty());
    }

    /**
     * @param linkMember which member says where the link in the mail is to lead
     * @throws AuthRefusal.Validation naming every member that is wrong
     * @throws AuthRefusal.WeakPassword if only the password's length is
     */
    static NewAccount read(AuthBody sent, String linkMember, Destinations destinations) {
        var form = new SignUpForm(sent, linkMember);
        if (!form.complaints.isEmpty()) {
            throw new AuthRefusal.Validation(String.join("; ", form.complaints));
        }
        PasswordLength.require(form.password);
        return new NewAccount(
                form.name.orElseGet(() -> form.typed.substring(0, form.typed.indexOf('@'))),
                form.typed,
                form.email.orElseThrow(),
                form.password,
                form.image,
                destinations.orHome(form.link));
    }

    private Optional<String> optional(AuthBody sent, String member, int longest) {
        var text = read(() -> sent.optionalText(member), Optional.<String>empty());
        if (text.filter(value -> value.length() > longest).isPresent()) {
            complaints.add("[body." + member + "] Too big: expected string to have <=" + longest + " characters");
        }
        return text;
    }

    private <T> T read(Supplier<T> member, T otherwise) {
        try {
            return member.get();
        } catch (AuthRefusal.Validation wrong) {
            complaints.add(wrong.sentence());
            return otherwise;
        }
    }
}
