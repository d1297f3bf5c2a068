/**
 * What operators do with the same binary: with arguments it runs a command instead of the service. A command is one class that
 * says how it is called and does it, and one line in {@link how.mana.auth.cli.Commands}.
 *
 * <p>Commands print their result on stdout, with {@code --json} as exactly one line, and everything else on stderr. They exit 0
 * when done, 1 when they refused or failed, 2 when called wrongly. None shows a stack trace or a secret, not even one that was
 * typed in the wrong place.
 */
@NullMarked
package how.mana.auth.cli;

import org.jspecify.annotations.NullMarked;
