package how.mana.auth.db.rewrap;

import how.mana.auth.crypto.WrapContext;

/**
 * A table of wraps, and the columns it keeps them in. All of this is ours and safe in SQL.
 *
 * @param kind one word for its keys
 * @param owner the column that says whose key it is
 * @param generation the column that counts an owner's keys, or 1
 * @param wrapped the column of the ciphertext
 * @param checkValue the column of the key check value, or NULL if such keys have none
 * @param context what a wrap there is bound to
 */
record WrapTable(
        String kind,
        String table,
        String owner,
        String generation,
        String wrapped,
        String checkValue,
        Context context) {
    static final WrapTable VAULTS = new WrapTable(
            "master-key",
            "auth.encryption_vaults",
            "user_id",
            "key_generation",
            "wrapped_mk",
            "key_check_value",
            WrapContext::masterKeyOf);

    static final WrapTable RETAINED_KEYS = new WrapTable(
            "retained-key",
            "auth.retained_keys",
            "user_id",
            "key_generation",
            "wrapped_mk",
            "key_check_value",
            WrapContext::masterKeyOf);

    static final WrapTable SIGNING_KEYS = new WrapTable(
            "signing-key",
            "auth.jwks",
            "id",
            "1::bigint",
            "private_key",
            "NULL::bytea",
            (kid, generation) -> WrapContext.tokenSigningKey(kid));

    /** The id of such a key begins with what it is for; what it opens as is what counts. */
    static final WrapTable AUDIT_KEYS = new WrapTable(
            "audit-key",
            "auth.audit_keys",
            "id",
            "1::bigint",
            "wrapped_key",
            "NULL::bytea",
            (id, generation) -> id.startsWith("head-") ? WrapContext.auditHeadKey(id) : WrapContext.auditSealKey(id));

    interface Context {
        WrapContext of(String owner, long generation);
    }

    boolean hasCheckValue() {
        return this.checkValue.equals("key_check_value");
    }

    /** Its wraps after an owner and generation, in order. */
    String after(String condition) {
        return """
                SELECT %2$s AS owner, %3$s AS generation, %4$s AS wrapped, wrap_iv, format_version, kek_id, %5$s AS check_value
                FROM %1$s
                WHERE %4$s IS NOT NULL AND kek_id IS NOT NULL AND (%2$s, %3$s) > (?, ?) AND %6$s
                ORDER BY %2$s, %3$s
                LIMIT ?
                """.formatted(table, owner, generation, wrapped, checkValue, condition);
    }

    /** Whether a wrap is to be moved to the KEK that is the parameter. */
    String isDue() {
        return "(kek_id <> ? OR format_version IS DISTINCT FROM 2"
                + (hasCheckValue() ? " OR key_check_value IS NULL)" : ")");
    }

    String countDue() {
        return "SELECT count(*)::text FROM " + table + " WHERE " + wrapped + " IS NOT NULL AND kek_id IS NOT NULL AND "
                + isDue();
    }

    /** Takes the KEK, the kind and the sweep whose failures are left out. */
    String countDueBut() {
        return countDue() + " AND NOT EXISTS (SELECT FROM auth.rewrap_failures f JOIN auth.rewrap_runs r"
                + " ON f.failed_at >= r.started_at WHERE f.kind = ? AND r.id = ? AND f.owner = " + table + "." + owner
                + " AND f.key_generation = "
                + (generation.equals("key_generation") ? table + ".key_generation" : generation) + ")";
    }

    String countByKek() {
        return "SELECT kek_id, count(*) AS rows FROM " + table + " WHERE " + wrapped
                + " IS NOT NULL AND kek_id IS NOT NULL GROUP BY kek_id";
    }

    /** Takes the KEK, and arrays of owners, generations, ciphertexts, nonces and check values in hex. */
    String update() {
        return """
                UPDATE %1$s AS t
                SET %4$s = n.wrapped, wrap_iv = n.nonce, format_version = 2, kek_id = ?%5$s
                FROM unnest(?::text[], ?::bigint[], ?::text[], ?::text[], ?::text[]) n (owner, generation, wrapped, nonce, kcv)
                WHERE t.%2$s = n.owner AND %3$s = n.generation
                """.formatted(
                        table,
                        owner,
                        generation.equals("key_generation") ? "t.key_generation" : generation,
                        wrapped,
                        hasCheckValue() ? ", key_check_value = coalesce(t.key_check_value, decode(n.kcv, 'hex'))" : "");
    }
}
