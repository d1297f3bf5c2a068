/**
 * Commands for the life of a KEK, in the order in which an operator needs them: generate, add, activate, rewrap, verify, retire;
 * status at any time; and the emergency seal, which stops the use of all of them.
 */
@NullMarked
package how.mana.auth.cli.kek;

import org.jspecify.annotations.NullMarked;
