--liquibase formatted sql

-- The two functions that may do more than their caller. Each belongs to a group that nobody logs in as and that holds
-- exactly the rights it needs; neither can be talked into another search_path.
--
-- A new owner must be allowed to create in the schema at the moment of the change, and only then.

--changeset mana:0007-erase-user splitStatements:false stripComments:false
-- The one way a user is deleted. The receipt is written first; the row goes after it and takes everything with it, the
-- trail included. Only the user this transaction acts for can be erased.
CREATE FUNCTION auth.erase_user(p_user text, p_reason text) RETURNS boolean
    LANGUAGE plpgsql VOLATILE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
    IF p_user IS NULL OR p_user = '' OR current_setting('app.current_user_id', true) IS DISTINCT FROM p_user THEN
        RAISE EXCEPTION 'only the user this transaction acts for can be erased' USING ERRCODE = 'insufficient_privilege';
    END IF;
    IF NOT EXISTS (SELECT FROM auth.users WHERE id = p_user) THEN
        RETURN false;
    END IF;
    INSERT INTO auth.erasure_receipts (subject, reason)
    VALUES (encode(sha256(convert_to('mana-erasure-v1:' || p_user, 'UTF8')), 'hex'), p_reason);
    DELETE FROM auth.users WHERE id = p_user;
    IF NOT FOUND THEN
        -- Somebody else erased the same user meanwhile, and left the receipt.
        RAISE EXCEPTION 'the user was erased by another transaction' USING ERRCODE = 'serialization_failure';
    END IF;
    RETURN true;
END
$$;
COMMENT ON FUNCTION auth.erase_user(text, text) IS
    'Erases the acting user and everything of theirs, leaving a receipt. False if there is no such user.';
REVOKE ALL ON FUNCTION auth.erase_user(text, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.erase_user(text, text) TO mana_app;
GRANT CREATE ON SCHEMA auth TO mana_eraser;
ALTER FUNCTION auth.erase_user(text, text) OWNER TO mana_eraser;
REVOKE CREATE ON SCHEMA auth FROM mana_eraser;

--changeset mana:0007-kek-samples splitStatements:false stripComments:false
-- A few wraps of one KEK, whoever they belong to, so that a boot can prove that the KEK it was given opens them. Wraps are
-- handed out only as long as the KEK has no recorded fingerprint, which is written once and never removed: after that the
-- proof is the fingerprint, and this returns nothing for good.
CREATE FUNCTION auth.kek_samples(p_kek_id text, p_limit integer)
    RETURNS TABLE (
        kind text, owner text, wrapped_mk text, wrap_iv text, format_version integer, key_generation bigint)
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
    SELECT s.kind, s.owner, s.wrapped_mk, s.wrap_iv, s.format_version, s.key_generation
    FROM (SELECT 'master-key' AS kind, v.user_id AS owner, v.wrapped_mk, v.wrap_iv,
                 v.format_version::integer AS format_version, v.key_generation
          FROM auth.encryption_vaults v
          WHERE v.kek_id = p_kek_id AND v.wrapped_mk IS NOT NULL
          UNION ALL
          SELECT 'signing-key', j.id, j.private_key, j.wrap_iv, j.format_version::integer, 1
          FROM auth.jwks j
          WHERE j.kek_id = p_kek_id AND j.wrap_iv IS NOT NULL) s
    WHERE NOT EXISTS (SELECT FROM auth.keks k
                      WHERE k.id = p_kek_id AND (k.fingerprint IS NOT NULL OR k.state IN ('retired', 'lost')))
    LIMIT least(greatest(p_limit, 0), 20)
$$;
COMMENT ON FUNCTION auth.kek_samples(text, integer) IS
    'Wraps of a KEK whose fingerprint is not yet recorded; of any other KEK, none.';
REVOKE ALL ON FUNCTION auth.kek_samples(text, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION auth.kek_samples(text, integer) TO mana_app;
GRANT CREATE ON SCHEMA auth TO mana_maintenance;
ALTER FUNCTION auth.kek_samples(text, integer) OWNER TO mana_maintenance;
REVOKE CREATE ON SCHEMA auth FROM mana_maintenance;

--changeset mana:0007-strangers splitStatements:false stripComments:false
-- An old database may give every new table and function to somebody by default. On what guards keys, nobody but the groups
-- holds anything.
DO $$
DECLARE
    granted record;
BEGIN
    FOR granted IN
        SELECT DISTINCT 'TABLE ' || c.oid::regclass AS held, g.grantee::regrole AS holder
        FROM pg_catalog.pg_class c
        CROSS JOIN LATERAL pg_catalog.aclexplode(c.relacl) g
        WHERE c.oid = ANY (ARRAY['auth.encryption_vaults', 'auth.encryption_vault_audit', 'auth.replaced_recovery_wraps',
                                 'auth.keks', 'auth.jwks', 'auth.erasure_receipts']::regclass[])
          AND g.grantee <> 0 AND g.grantee <> c.relowner
          AND g.grantee::regrole::text NOT IN (
                'mana_app', 'mana_maintenance', 'mana_auditor', 'mana_eraser', 'mana_backup')
        UNION
        SELECT DISTINCT 'FUNCTION ' || p.oid::regprocedure, g.grantee::regrole
        FROM pg_catalog.pg_proc p
        JOIN pg_catalog.pg_namespace n ON n.oid = p.pronamespace
        CROSS JOIN LATERAL pg_catalog.aclexplode(p.proacl) g
        WHERE n.nspname = 'auth' AND g.grantee <> 0 AND g.grantee <> p.proowner
          AND g.grantee::regrole::text <> 'mana_app'
          AND p.proname IN ('act_as', 'vault_status', 'vault_open', 'erase_user', 'kek_samples')
          AND pg_catalog.pg_has_role(current_user, p.proowner, 'USAGE')
    LOOP
        EXECUTE format('REVOKE ALL ON %s FROM %s CASCADE', granted.held, granted.holder);
    END LOOP;
END
$$;
