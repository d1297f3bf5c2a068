/** Whom the mails about an account go to, and where the links in them lead. */
@NullMarked
package how.mana.auth.account.mail;

import org.jspecify.annotations.NullMarked;
