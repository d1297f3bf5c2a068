--liquibase formatted sql

-- The vault's hot path, one round trip each. SECURITY INVOKER: row-level security decides what they see, as for any other
-- statement of the caller. They believe the user id they are given: bind it from a verified token and from nothing else.

--changeset mana:0006-act-as splitStatements:false stripComments:false
-- Names the user of this transaction and says whether that user, and the session if one is named, is live. The name is
-- set before anything is read and ends with the transaction.
CREATE FUNCTION auth.act_as(p_user text, p_session text) RETURNS boolean LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    IF p_user IS NULL OR p_user = '' THEN
        RAISE EXCEPTION 'a vault transaction needs a user' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    PERFORM pg_catalog.set_config('app.current_user_id', p_user, true);
    RETURN EXISTS (
            SELECT FROM auth.users u
            WHERE u.id = p_user AND u.deleted_at IS NULL)
        AND (p_session IS NULL OR EXISTS (
            SELECT FROM auth.sessions s
            WHERE s.id = p_session AND s.user_id = p_user AND s.expires_at > pg_catalog.now() AND s.revoked_at IS NULL));
END
$$;
COMMENT ON FUNCTION auth.act_as(text, text) IS
    'Binds this transaction to a user; false if the user, or the session named, is not live.';

--changeset mana:0006-vault-status splitStatements:false stripComments:false
-- One read; no decryption and so no audit row.
CREATE FUNCTION auth.vault_status(
    p_user text,
    p_session text,
    OUT caller_known boolean,
    OUT vault_exists boolean,
    OUT has_recovery_wrap boolean,
    OUT zero_knowledge boolean,
    OUT recovery_set_at timestamptz) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
BEGIN
    caller_known := auth.act_as(p_user, p_session);
    vault_exists := false;
    has_recovery_wrap := false;
    zero_knowledge := false;
    IF NOT caller_known THEN
        RETURN;
    END IF;
    SELECT true, v.recovery_wrapped_mk IS NOT NULL, v.zero_knowledge, v.recovery_set_at
    INTO vault_exists, has_recovery_wrap, zero_knowledge, recovery_set_at
    FROM auth.encryption_vaults v
    WHERE v.user_id = p_user;
    IF NOT FOUND THEN
        vault_exists := false;
        has_recovery_wrap := false;
        zero_knowledge := false;
    END IF;
END
$$;
COMMENT ON FUNCTION auth.vault_status(text, text) IS 'What a user''s vault is like. Leaves no audit row.';

--changeset mana:0006-vault-open splitStatements:false stripComments:false
-- Reads the vault and puts the access on record; both are committed or neither. act_as is written out here, so that the
-- caller and the vault are read by one statement. The user is named first, by an
-- expression that has finished before that statement starts, so that its policies see the name.
CREATE FUNCTION auth.vault_open(
    p_user text,
    p_session text,
    p_audit_id text,
    p_ip text,
    p_agent text,
    OUT caller_known boolean,
    OUT vault_exists boolean,
    OUT zero_knowledge boolean,
    OUT wrapped_mk text,
    OUT wrap_iv text,
    OUT format_version integer,
    OUT kek_id text,
    OUT key_generation bigint,
    OUT key_check_value bytea,
    OUT recovery_wrapped_mk text,
    OUT recovery_iv text,
    OUT recovery_format_version integer) LANGUAGE plpgsql VOLATILE SECURITY INVOKER AS $$
DECLARE
    acting_as text;
BEGIN
    IF p_user IS NULL OR p_user = '' THEN
        RAISE EXCEPTION 'a vault transaction needs a user' USING ERRCODE = 'invalid_parameter_value';
    END IF;
    acting_as := pg_catalog.set_config('app.current_user_id', p_user, true);

    SELECT true, v.user_id IS NOT NULL, coalesce(v.zero_knowledge, false),
           v.wrapped_mk, v.wrap_iv, v.format_version, v.kek_id, v.key_generation, v.key_check_value,
           v.recovery_wrapped_mk, v.recovery_iv, v.recovery_format_version
    INTO caller_known, vault_exists, zero_knowledge,
         wrapped_mk, wrap_iv, format_version, kek_id, key_generation, key_check_value,
         recovery_wrapped_mk, recovery_iv, recovery_format_version
    FROM auth.users u
    LEFT JOIN auth.encryption_vaults v ON v.user_id = u.id
    WHERE u.id = p_user
      AND u.deleted_at IS NULL
      AND (p_session IS NULL OR EXISTS (
            SELECT FROM auth.sessions s
            WHERE s.id = p_session AND s.user_id = p_user AND s.expires_at > pg_catalog.now() AND s.revoked_at IS NULL));
    IF NOT FOUND THEN
        caller_known := false;
        vault_exists := false;
        zero_knowledge := false;
        RETURN;
    END IF;

    INSERT INTO auth.encryption_vault_audit (id, user_id, action, ip_address, user_agent, context, status)
    VALUES (p_audit_id, p_user,
            CASE WHEN vault_exists THEN 'fetch' ELSE 'failed_fetch' END,
            p_ip, p_agent,
            CASE WHEN NOT vault_exists THEN 'not-initialised' WHEN zero_knowledge THEN 'zk-recovery-blob' END,
            CASE WHEN vault_exists THEN 200 ELSE 404 END);
    IF NOT FOUND THEN
        RAISE EXCEPTION 'the row of the trail was not stored: look for triggers and rules on it';
    END IF;
END
$$;
COMMENT ON FUNCTION auth.vault_open(text, text, text, text, text) IS
    'Hands out a user''s wrapped key and records that in the same transaction. An unknown caller gets and leaves nothing.';

--changeset mana:0006-vault-function-rights splitStatements:false stripComments:false
REVOKE ALL ON FUNCTION auth.keks_guard(), auth.act_as(text, text), auth.vault_status(text, text),
    auth.vault_open(text, text, text, text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.act_as(text, text), auth.vault_status(text, text),
    auth.vault_open(text, text, text, text, text) TO mana_app;
