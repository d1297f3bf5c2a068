/** Commands on the trail: seal it, verify it, export it, and prune what is old. */
@NullMarked
package how.mana.auth.cli.audit;

import org.jspecify.annotations.NullMarked;
