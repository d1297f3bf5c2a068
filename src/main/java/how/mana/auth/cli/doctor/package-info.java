/**
 * What an operator asks when something is wrong, or to know that nothing is: everything a service needs to start and to be
 * safe, looked at from outside, changing nothing. A check is one class and one line in {@link how.mana.auth.cli.doctor.Doctor}.
 */
@NullMarked
package how.mana.auth.cli.doctor;

import org.jspecify.annotations.NullMarked;
