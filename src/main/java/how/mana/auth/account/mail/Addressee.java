package how.mana.auth.account.mail;

import how.mana.auth.outbound.Errand;
import how.mana.auth.outbound.Outbox;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import java.util.Optional;
import java.util.function.BiFunction;

/** Whom a mail is for. */
public record Addressee(String email, String name) {
    /** RFC 2606: leads nowhere. Users whom an external issuer named without an address have one of these. */
    private static final String NOWHERE = ".invalid";

    /** From the columns {@code email} and {@code name}. */
    public static Addressee of(Row row) {
        return new Addressee(row.getString("email"), row.getString("name"));
    }

    /** Whether mail could arrive. */
    public boolean isReal() {
        return !email.endsWith(NOWHERE);
    }

    /**
     * Puts a mail into the outbox, in the transaction of what it is about; none to an address that leads nowhere.
     *
     * @param mail made of the address and the name
     */
    public Uni<Void> send(Outbox outbox, SqlConnection tx, BiFunction<String, String, Errand> mail) {
        return Optional.of(mail)
                .filter(wanted -> isReal())
                .map(wanted -> outbox.add(tx, wanted.apply(email, name)))
                .orElseGet(() -> Uni.createFrom().voidItem());
    }
}
