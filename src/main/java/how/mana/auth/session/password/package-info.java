/**
 * Checks of passwords: where the slow part of a sign-in runs, and how long it is seen to take.
 *
 * <p>A check costs tens of milliseconds of a processor and tens of megabytes, which is its purpose. So it runs in a pool
 * with a fixed number of workers and a queue with an end, never on an event loop. When the queue is full the check is refused
 * with 503 and {@code Retry-After} and has decided nothing: not a wrong password, nothing that counts towards a lockout.
 *
 * <p>Hashes of two costs are in use until everybody from the old service has signed in once: its scrypt takes about three
 * times as long as our Argon2id, and a success replaces the one with the other, which takes both. Without care the time
 * of an answer would tell who is registered, and since when. Therefore:
 * <ul>
 *   <li>an e-mail address nobody has is checked against a decoy, which costs as much as a real hash;
 *   <li>while other than current hashes remain, every check lasts as long as the slowest: the slowest verification, and a
 *       new hash after it. How long that is, is measured all the time, on this process, and waited for by a timer, which holds
 *       no worker;
 *   <li>the wait for a worker is not counted in: it is the same for everybody.
 * </ul>
 *
 * <p>A stored hash of no known form fails the check as a fault of ours. Refuses: to say no for lack of
 * capacity, and to know of requests. Of users and the database {@link how.mana.auth.session.password.PasswordGate} alone
 * knows, with the attempts it counts; what hashes knows neither.
 */
@NullMarked
package how.mana.auth.session.password;

import org.jspecify.annotations.NullMarked;
