-- The floor: what any service has to do for GET /key, and nothing else. Same tables, same policies, same columns in and
-- out as auth.vault_open; without its look at auth.users and without its branches.

CREATE SCHEMA bench;

CREATE FUNCTION bench.floor(
    p_user text,
    p_audit_id text,
    OUT wrapped_mk text,
    OUT wrap_iv text,
    OUT format_version integer,
    OUT kek_id text,
    OUT key_generation bigint,
    OUT key_check_value bytea) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    PERFORM pg_catalog.set_config('app.current_user_id', p_user, true);

    SELECT v.wrapped_mk, v.wrap_iv, v.format_version, v.kek_id, v.key_generation, v.key_check_value
    INTO wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value
    FROM auth.encryption_vaults v
    WHERE v.user_id = p_user;

    INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
    VALUES (p_audit_id, p_user, 'fetch', '127.0.0.1', 'mana-bench/1.0', NULL, 200);
END
$$;

GRANT USAGE ON SCHEMA bench TO app;
