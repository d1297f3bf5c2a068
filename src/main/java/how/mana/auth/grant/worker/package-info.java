/**
 * What an AI worker uses to open mission grants: unwrap the mission key, ask the ledger, open field values, leave a row.
 *
 * <p>A library for the other side of {@code POST /api/v1/me/ai-mission-grant}. It uses the JDK and Jackson and nothing of
 * this service, so a worker can take it along as it is.
 *
 * <pre>{@code
 * var unwrapper = new GrantUnwrapper(pem, Clock.systemUTC(), new HttpGrantLedger(base, serviceKey, timeout));
 * if (unwrapper.unwrap(grantJson, userId) instanceof UnwrapResult.Opened opened) {
 *     try (var mission = opened.mission()) {
 *         var fields = new FieldOpener(mission, Optional.of(iterationId), new JdbcDecryptAudit(dataSource));
 *         var result = fields.open(new RecordRef("notes", "abc"), record.get("title"));
 *     }
 * }
 * }</pre>
 *
 * <p><b>Owns</b> the mission key on the worker: its bytes live in {@link how.mana.auth.grant.worker.MissionKey} only and
 * are wiped when the mission is closed.
 *
 * <p><b>Promises</b> that a grant the ledger does not call good is not unwrapped; that a record outside the grant's
 * allow-list is not decrypted; and that no plaintext leaves before its row in the decrypt audit is committed.
 *
 * <p><b>Refuses</b> to log, to go on without a ledger unless told so, and to open anything while the ledger or the audit
 * is out of reach.
 *
 * <h2>Limits</h2>
 *
 * <ul>
 *   <li>The RSA wrap covers the mission key alone; the rest of a grant is plain JSON that whoever stores it can change. The
 *       ledger is asked about all of it but the wrapped key, and so makes the end, the revocation and the allow-list binding.
 *       It cannot tell the wrapped key of one grant from another's: what that opens is still only what was sealed under it.
 *   <li>A mission key opens only what was sealed under it, with {@link how.mana.auth.grant.worker.MissionKey#seal} or the
 *       like at the client. Records sealed with the master key itself, as the web client does today, end as
 *       {@code ciphertext-tampered-or-wrong-key}.
 *   <li>A value is not bound to its record (the format has no AAD): two values of one mission can be swapped unnoticed.
 * </ul>
 */
@NullMarked
package how.mana.auth.grant.worker;

import org.jspecify.annotations.NullMarked;
