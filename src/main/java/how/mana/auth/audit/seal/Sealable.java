package how.mana.auth.audit.seal;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What is sealed: a row of the trail, or the receipt of an erasure. */
sealed interface Sealable {
    /** The chain of the receipts. No user has this id. */
    String RECEIPTS = "";

    String id();

    /** The user whose chain it belongs to, or {@link #RECEIPTS}. */
    String chain();

    /** When it was written. */
    Instant at();

    /** Every column that says something, in an order that never changes. */
    byte[] encoded();

    /** A row of {@code auth.encryption_vault_audit}. */
    record Act(
            String id,
            String chain,
            String action,
            @Nullable String address,
            @Nullable String agent,
            @Nullable String context,
            int status,
            Instant at)
            implements Sealable {
        @Override
        public byte[] encoded() {
            return new Canonical()
                    .text("act")
                    .text(id)
                    .text(chain)
                    .text(action)
                    .text(address)
                    .text(agent)
                    .text(context)
                    .number(status)
                    .moment(at)
                    .toBytes();
        }
    }

    /** A row of {@code auth.erasure_receipts}. */
    record Receipt(String id, String subject, String reason, Instant at) implements Sealable {
        @Override
        public String chain() {
            return RECEIPTS;
        }

        @Override
        public byte[] encoded() {
            return new Canonical()
                    .text("receipt")
                    .text(id)
                    .text(subject)
                    .text(reason)
                    .moment(at)
                    .toBytes();
        }
    }
}
