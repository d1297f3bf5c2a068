@NullMarked
package how.mana.auth.cli.audit;

import org.jspecify.annotations.NullMarked;
