package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.KekId;
import how.mana.auth.crypto.KekRing;
import how.mana.auth.crypto.KekUnavailableException;
import how.mana.auth.crypto.KeyCheckValue;
import how.mana.auth.crypto.KeyMaterial;
import how.mana.auth.crypto.UnwrapFailedException;
import how.mana.auth.crypto.WrappedKey;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One wrapped key as its row holds it. */
record StoredWrap(
        String owner,
        long generation,
        String kekId,
        int format,
        String nonce,
        String ciphertext,
        byte @Nullable [] checkValue) {

    static StoredWrap read(ResultSet row) throws SQLException {
        return new StoredWrap(
                row.getString("owner"),
                row.getLong("generation"),
                row.getString("kek_id"),
                row.getInt("format_version"),
                Objects.requireNonNullElse(row.getString("wrap_iv"), ""),
                row.getString("wrapped"),
                row.getBytes("check_value"));
    }

    /**
     * Opens it. The caller closes the key.
     *
     * @throws DoesNotOpenException if it does not open, or opens to a key that is not the owner's
     */
    KeyMaterial open(WrapTable table, KekRing ring) {
        if (!KekId.isValid(kekId)) {
            throw new DoesNotOpenException("kek-unavailable");
        }
        try {
            var wrapped = new WrappedKey(format, new KekId(kekId), nonce, ciphertext);
            return checked(ring.unwrap(wrapped, table.context().of(owner, generation)));
        } catch (KekUnavailableException e) {
            throw e.missing().isPresent() ? new DoesNotOpenException("kek-unavailable") : e;
        } catch (UnwrapFailedException e) {
            throw new DoesNotOpenException("does-not-open");
        }
    }

    /** A format 1 wrap names no owner: the check value is what tells that it was moved here. */
    private KeyMaterial checked(KeyMaterial key) {
        var known = checkValue;
        if (known == null || KeyCheckValue.matches(key, owner, known)) {
            return key;
        }
        key.close();
        throw new DoesNotOpenException("check-value-mismatch");
    }

    /** Why one key could not be opened; from a fixed vocabulary. */
    static final class DoesNotOpenException extends RuntimeException {
        private static final long serialVersionUID = 1;

        private final String reason;

        DoesNotOpenException(String reason) {
            super(reason, null, false, false);
            this.reason = reason;
        }

        String reason() {
            return reason;
        }
    }
}
