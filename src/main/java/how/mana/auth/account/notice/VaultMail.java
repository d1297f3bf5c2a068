package how.mana.auth.account.notice;

import how.mana.auth.account.mail.Addressee;
import how.mana.auth.caller.Caller;
import how.mana.auth.outbound.Errand;
import how.mana.auth.outbound.Mail;
import how.mana.auth.outbound.Outbox;
import how.mana.auth.vault.OwnerNotices;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.inject.Singleton;
import java.util.function.BiFunction;

/** Notices about vaults, as mail: a row of the outbox, so that no vault waits for a mail or fails with it. */
@Singleton
class VaultMail implements OwnerNotices {
    private static final String OWNER = "SELECT email, name FROM auth.users WHERE id = $1";

    private final Outbox outbox;

    VaultMail(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public Uni<Void> tell(SqlConnection tx, Caller owner, Notice notice) {
        return tx.preparedQuery(OWNER)
                .execute(Tuple.of(owner.user().value()))
                .map(rows ->
                        Addressee.of(rows.iterator().next())) // whoever has a vault has a row: its key refers to it
                .chain(addressee -> addressee.send(outbox, tx, mail(notice)));
    }

    private static BiFunction<String, String, Errand> mail(Notice notice) {
        return switch (notice) {
            case ZERO_KNOWLEDGE_ENABLED -> Mail::zeroKnowledgeEnabled;
            case ZERO_KNOWLEDGE_DISABLED -> Mail::zeroKnowledgeDisabled;
            case RECOVERY_WRAP_REPLACED -> Mail::recoveryWrapReplaced;
            case VAULT_REKEYED -> Mail::vaultRekeyed;
        };
    }
}
