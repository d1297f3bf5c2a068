package how.mana.auth.account.change;

import how.mana.auth.caller.EmailAddress;
import how.mana.auth.caller.UserId;

/** What is kept with the token of a link that changes an address. */
record EmailChange(EmailAddress address, UserId user) {
    /** No address holds a space; an id may. {@code auth.verification} is searched by the part behind it. */
    String text() {
        return address.value() + " " + user.value();
    }

    static EmailChange parse(String text) {
        var space = text.indexOf(' ');
        return new EmailChange(new EmailAddress(text.substring(0, space)), new UserId(text.substring(space + 1)));
    }
}
