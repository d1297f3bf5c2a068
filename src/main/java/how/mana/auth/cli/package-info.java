/**
 * What operators do with the same binary: with arguments it runs a command instead of the service. Commands print their
 * result on stdout and everything else on stderr, and exit 0 or not.
 */
@NullMarked
package how.mana.auth.cli;

import org.jspecify.annotations.NullMarked;
