/**
 * What owners change about their account besides the password: its address, and how it shows itself.
 *
 * <p>An address becomes the account's once the link that was mailed there is opened, and not before. Who asks for that shows the
 * password, or signed in a short while ago; the address until then is told. Nobody learns whether somebody else has an address,
 * unless they can read its mail.
 *
 * <p>Sessions outlive a change of address: they were opened by who knew the password, which is still the same. Links that were
 * mailed to the old address do not: whoever reads mail there is no longer asked.
 */
@NullMarked
package how.mana.auth.account.change;

import org.jspecify.annotations.NullMarked;
